import { CancelledError } from "@weirflow/lifecycle";
import { createLogger } from "@weirflow/telemetry";
import { GraphQLError } from "graphql";
import { describe, expect, test } from "vitest";
import { maskError } from "./mask-error.ts";

function recording() {
  const lines: string[] = [];
  return {
    lines,
    logger: createLogger({ service: "test", level: "debug", write: (line) => lines.push(line) }),
  };
}

describe("maskError", () => {
  test("passes what the caller did wrong as it is, and does not log it", () => {
    const { lines, logger } = recording();
    const error = new GraphQLError('Cannot query field "nope"');

    expect(maskError(error, logger)).toBe(error);
    expect(lines).toEqual([]);
  });

  test("hides everything else and logs it whole", () => {
    const { lines, logger } = recording();
    const secret = new Error("password hunter2 refused");

    const masked = maskError(
      new GraphQLError(secret.message, { originalError: secret, path: ["run"] }),
      logger,
    );

    expect([masked.message, masked.extensions["code"], masked.path]).toEqual([
      "internal error",
      "gateway/internal",
      ["run"],
    ]);
    expect(lines.join()).toContain("hunter2");
    expect(JSON.parse(lines[0] ?? "").level).toBe("error");
  });

  test("does not count a cancellation as a failure", () => {
    const { lines, logger } = recording();

    maskError(new CancelledError("the statement"), logger);

    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "debug",
      event: "gateway.operation-cancelled",
    });
  });
});
