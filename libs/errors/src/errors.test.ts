import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { errorOfRecord, toErrorRecord } from "./error-record.ts";
import { didYouMean, nearest } from "./nearest.ts";
import { isWeirError, WeirError } from "./weir-error.ts";

class LostError extends WeirError {
  override readonly code = "test/lost";
  override readonly disposition = "retry";
  readonly key: string;
  constructor(key: string, cause?: unknown) {
    super(`lost "${key}"`, { hint: "look again", cause });
    this.key = key;
  }
  override data(): Readonly<Record<string, unknown>> {
    return { key: this.key };
  }
}

test("errorOfRecord keeps the message, the stack and the causes of what was thrown elsewhere", () => {
  const thrown = new LostError("hat", new TypeError("no head", { cause: "wind" }));

  const made = errorOfRecord(toErrorRecord(thrown));

  expect(made.constructor).toBe(Error);
  expect(made).toMatchObject({
    message: 'lost "hat"',
    stack: thrown.stack,
    cause: { message: "no head", cause: { message: "wind" } },
  });
  expect("cause" in errorOfRecord({ code: "unknown", message: "alone" })).toBe(false);
});

describe("toErrorRecord", () => {
  test("keeps code, hint, disposition, facts and cause", () => {
    const record = toErrorRecord(new LostError("hat", new TypeError("no head")));

    expect(record).toMatchObject({
      code: "test/lost",
      message: 'lost "hat"',
      hint: "look again",
      disposition: "retry",
      data: { key: "hat" },
      cause: { code: "unknown", message: "no head" },
    });
    expect(record.stack).toContain("LostError");
  });

  test("ends on a cause that is a cycle", () => {
    const error = new Error("round");
    error.cause = error;

    expect(JSON.stringify(toErrorRecord(error)).length).toBeLessThan(200_000);
  });

  test("takes whatever is thrown", () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(typeof toErrorRecord(thrown).message).toBe("string");
      }),
    );
  });
});

describe("isWeirError", () => {
  test("knows an error of another copy of this package by its mark", () => {
    expect(isWeirError({ isWeirError: true })).toBe(true);
    expect(isWeirError(new Error("x"))).toBe(false);
  });
});

describe("nearest", () => {
  test("finds a slip of the pen", () => {
    expect(nearest("ageZeroMeen", ["age", "ageZeroMean"])).toBe("ageZeroMean");
    expect(nearest("AGE", ["age"])).toBe("age");
  });

  test("is silent when nothing is near", () => {
    expect(nearest("colour", ["weight", "height"])).toBeUndefined();
    expect(didYouMean("colour", ["weight"])).toBe("");
  });
});
