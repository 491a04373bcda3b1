import { errorRecordSchema } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import { boundedError } from "./bounded-error.ts";

describe("boundedError", () => {
  test("keeps small facts and drops large ones, also of causes", () => {
    const record = {
      code: "a/b",
      message: "m",
      data: { small: 1 },
      cause: { code: "c/d", message: "n", data: { large: "x".repeat(20_000) } },
    };

    expect(boundedError(record)).toEqual({
      code: "a/b",
      message: "m",
      data: { small: 1 },
      cause: { code: "c/d", message: "n" },
    });
  });

  test("drops facts that are no JSON", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;

    expect(boundedError({ code: "a", message: "m", data: loop })).toEqual({
      code: "a",
      message: "m",
    });
    expect(errorRecordSchema.safeParse(boundedError({ code: "a", message: "m" })).success).toBe(
      true,
    );
  });
});
