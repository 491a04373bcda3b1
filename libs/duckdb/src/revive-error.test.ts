import { toErrorRecord, type WeirError } from "@weirflow/errors";
import { describe, expect, test } from "vitest";
import {
  DriverMissingError,
  FileFormatError,
  ForbiddenError,
  InvalidColumnError,
  InvalidParameterError,
  MemoryLimitError,
  QueryError,
} from "./errors.ts";
import { reviveError } from "./revive-error.ts";

const cause = new TypeError("deep", { cause: new Error("deeper") });

describe("reviveError", () => {
  test.each<WeirError>([
    new FileFormatError("/data/a.csv", "Line: 3", cause),
    new QueryError("no such table", 'did you mean "file"?', cause),
    new QueryError("it is empty"),
    new ForbiddenError("it is no `select`", cause),
    new InvalidParameterError("name", "is missing"),
    new InvalidColumnError("km", "is there twice", "rename it", cause),
    new MemoryLimitError(1_000, cause),
    new DriverMissingError(cause),
  ])("makes the same of $code", (error) => {
    const revived = reviveError(structuredClone(toErrorRecord(error)));

    expect(revived).toBeInstanceOf(error.constructor);
    expect(revived).toMatchObject({
      code: error.code,
      message: error.message,
      hint: error.hint,
      disposition: error.disposition,
    });
    expect(revived.data()).toEqual(error.data());
  });

  test("keeps what led to it, with its stack", () => {
    const revived = reviveError(toErrorRecord(new QueryError("no", undefined, cause)));

    expect(revived.cause).toMatchObject({ message: "deep", stack: cause.stack });
    expect(revived.cause).toHaveProperty("cause.message", "deeper");
  });

  test("makes a failed query of what it does not know", () => {
    expect(reviveError(toErrorRecord(new RangeError("odd")))).toMatchObject({
      code: "duckdb/query",
      message: "the query failed: odd",
    });
  });
});
