import { JetStreamApiError } from "@nats-io/jetstream";
import {
  AuthorizationError,
  ClosedConnectionError,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
} from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import { MissingStreamError } from "./errors.ts";
import { translateError } from "./translate-error.ts";

const api = (code: number): JetStreamApiError =>
  new JetStreamApiError({ code: 503, err_code: code, description: `code ${code}` });
const nobody = new RequestError("no responders", { cause: new NoRespondersError("weir.rpc.beat") });
const what = "weir.rpc.beat";

describe("translateError", () => {
  test.each([
    ["a timeout", new TimeoutError(), "bus/timeout"],
    ["nobody who listens", nobody, "bus/timeout"],
    ["a closed connection", new ClosedConnectionError(), "bus/unavailable"],
    ["refused credentials", new AuthorizationError("Authorization Violation"), "bus/forbidden"],
    [
      "a refused subject",
      new PermissionViolationError("Permissions Violation", "publish", what),
      "bus/forbidden",
    ],
    [
      "a refused subject of a request",
      new RequestError("failed", {
        cause: new PermissionViolationError("Permissions Violation", "publish", what),
      }),
      "bus/forbidden",
    ],
    ["a missing stream", api(10_059), "bus/missing-stream"],
    ["a missing consumer", api(10_014), "bus/missing-stream"],
    ["a stream with too many messages", api(10_077), "bus/stream-full"],
    ["a full disk", api(10_047), "bus/stream-full"],
    ["an account without JetStream", api(10_039), "bus/jetstream-off"],
    ["a JetStream that is not up yet", api(10_008), "bus/jetstream-off"],
    ["what nobody has thought of", new Error("?"), "bus/unavailable"],
    ["what is not even an error", "?", "bus/unavailable"],
  ])("knows %s", (_what, error, code) => {
    expect(translateError({ what }, error)).toMatchObject({ code, cause: error });
  });

  test("reads silence as what the caller says it means", () => {
    expect(translateError({ what, silence: "missing" }, nobody).code).toBe("bus/missing-stream");
    expect(translateError({ what, silence: "off" }, nobody).code).toBe("bus/jetstream-off");
  });

  test("says retry where the same call may succeed later, and only there", () => {
    const dispositions = [new TimeoutError(), api(10_077), new AuthorizationError("no")].map(
      (error) => translateError({ what }, error).disposition,
    );

    expect(dispositions).toEqual(["retry", "retry", "fail"]);
  });

  test("says cancelled when the caller has given up, whatever failed", () => {
    const signal = AbortSignal.abort("stopping");

    expect(translateError({ what, signal }, new TimeoutError())).toMatchObject({
      code: "lifecycle/cancelled",
      disposition: "cancel",
    });
  });

  test("leaves our own errors as they are", () => {
    const ours = new MissingStreamError("it");

    expect(translateError({ what }, ours)).toBe(ours);
  });
});
