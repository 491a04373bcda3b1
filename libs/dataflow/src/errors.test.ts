import { toErrorRecord, WeirError } from "@weirflow/errors";
import { describe, expect, test } from "vitest";
import {
  GraphError,
  listNames,
  MissingColumnError,
  MissingFieldError,
  NodeCheckError,
  NodeError,
  RunCancelledError,
  SecretValueError,
  UnhashableValueError,
  UnknownCacheFormatError,
  UnmatchedChoiceError,
} from "./errors.ts";

class LostError extends WeirError {
  override readonly code = "test/lost";
  override readonly disposition = "retry";
  constructor() {
    super("the line is down", { hint: "wait" });
  }
}

describe("NodeError", () => {
  test("passes on what its cause says about retrying, and the hint", () => {
    expect(new NodeError("load", new LostError())).toMatchObject({
      disposition: "retry",
      hint: "wait",
      message: 'node "load" failed: the line is down',
    });
    expect(new NodeError("load", new TypeError("x"))).toMatchObject({ disposition: "fail" });
  });

  test("takes whatever was thrown", () => {
    expect(new NodeError("load", "just text").message).toBe('node "load" failed: just text');
    expect(new NodeError("load", undefined).message).toBe('node "load" failed: undefined');
    expect(new NodeError("load", new RangeError()).message).toBe('node "load" failed: RangeError');
  });

  test("crosses the bus with node, code and cause", () => {
    expect(toErrorRecord(new NodeError("load", new LostError()))).toMatchObject({
      code: "dag/node-failed",
      disposition: "retry",
      data: { node: "load" },
      cause: { code: "test/lost", message: "the line is down" },
    });
  });
});

describe("errors of this package", () => {
  const problem = { code: "dag/cycle", message: "m", fix: "f" } as const;

  test.each<[WeirError, string, string]>([
    [new GraphError([problem]), "dag/invalid", "m (dag/cycle); f"],
    [
      new GraphError([problem, problem]),
      "dag/invalid",
      "2 problems:\n  dag/cycle: m; f\n  dag/cycle: m; f",
    ],
    [
      new NodeCheckError("n", [{ check: "finite", reason: "it is NaN" }]),
      "dag/check-failed",
      'the value of node "n" fails its checks: finite: it is NaN',
    ],
    [new RunCancelledError(undefined, "why"), "dag/cancelled", "the run was cancelled"],
    [
      new MissingFieldError("a", undefined),
      "dag/missing-field",
      'the result has no field "a": it is undefined',
    ],
    [
      new MissingFieldError("b", {}),
      "dag/missing-field",
      'the result has no field "b": it has nothing',
    ],
    [
      new MissingColumnError("agee", ["age"]),
      "dag/missing-column",
      'no column "agee": there is "age"; did you mean "age"?',
    ],
    [
      new UnmatchedChoiceError("mode", undefined, ["fast"]),
      "dag/unmatched-choice",
      '"mode" is absent, which picks no branch',
    ],
    [
      new UnhashableValueError("$.a", "a function"),
      "dag/unhashable-value",
      "no content hash: $.a is a function",
    ],
    [new SecretValueError("$.a"), "dag/secret-value", "no content hash: $.a is a secret"],
    [
      new UnknownCacheFormatError("n", "jsn", ["json", "raw"]),
      "dag/unknown-cache-format",
      'the cache of node "n" has no format "jsn": there is "json", "raw"; did you mean "json"?',
    ],
  ])("says what is wrong: %s", (error, code, message) => {
    expect(error.code).toBe(code);
    expect(error.message).toBe(message);
    if (error.disposition === "fail") expect(error.hint).toMatch(/^[a-z]/);
  });

  test("is a cancellation, not a failure, when cancelled", () => {
    expect(new RunCancelledError("n", new Error("stop"))).toMatchObject({
      disposition: "cancel",
      cause: { message: "stop" },
    });
  });
});

describe("listNames", () => {
  test("shows a dozen at most", () => {
    expect(listNames([])).toBe("nothing");
    expect(listNames(["a", "b"])).toBe('"a", "b"');
    expect(listNames(Array.from({ length: 14 }, (_, i) => `n${i}`))).toMatch(/"n11" and 2 more$/);
  });
});
