import { toErrorRecord } from "@weirflow/errors";
import { describe, expect, test } from "vitest";
import {
  InferenceFailedError,
  InvalidInputError,
  InvalidOutputError,
  ProviderUnavailableError,
  RuntimeMissingError,
  UnreadableModelError,
} from "./errors.ts";
import { reviveError } from "./revive-error.ts";

const cause = new Error("outer", { cause: new Error("inner") });

describe("reviveError", () => {
  test.each([
    new RuntimeMissingError(cause),
    new UnreadableModelError("the model", "no protobuf", cause),
    new ProviderUnavailableError([{ name: "cuda", reason: "no driver" }]),
    new InvalidInputError("x", "is missing", "x: float32 [rows, 3]"),
    new InvalidOutputError("probabilitis", "does not exist", ["probabilities"]),
    new InferenceFailedError("cpu", "out of memory", cause),
  ])("makes $name again, with all that it says", (error) => {
    const made = reviveError(structuredClone(toErrorRecord(error)));

    expect(made).toBeInstanceOf(error.constructor);
    expect(made).toEqual(error);
    expect(made).toMatchObject({ hint: error.hint, disposition: "fail" });
    expect((made as typeof error).data()).toEqual(error.data()); // it is of its class
  });

  test("keeps the message and the place of an error of others", () => {
    const error = new TypeError("x is not a function");

    const made = reviveError(structuredClone(toErrorRecord(error)));

    expect(made.message).toBe("x is not a function");
    expect(made.stack).toBe(error.stack);
  });
});
