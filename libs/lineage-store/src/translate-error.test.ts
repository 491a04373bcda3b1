import { describe, expect, test } from "vitest";
import { LineageDataError } from "./errors.ts";
import { isSerializationFailure, translateError } from "./translate-error.ts";

const { signal } = new AbortController();
const coded = (code: string, message = "no"): Error => Object.assign(new Error(message), { code });

describe("translateError", () => {
  test.each([
    ["ECONNREFUSED", "lineage/unavailable"],
    ["57P01", "lineage/unavailable"],
    ["08006", "lineage/unavailable"],
    ["53300", "lineage/unavailable"],
    ["22P02", "lineage/refused-data"],
    ["23514", "lineage/refused-data"],
    ["42P01", "lineage/statement"],
  ])("takes %s for %s", (code, ours) => {
    expect(translateError(coded(code), signal).code).toBe(ours);
  });

  test("knows a connection that broke off by its message", () => {
    const error = new Error("Connection terminated unexpectedly");

    expect(translateError(error, signal).disposition).toBe("retry");
  });

  test("keeps the cause, and passes errors that are ours", () => {
    const cause = coded("22P02");
    const ours = new LineageDataError(cause);

    expect(translateError(cause, signal).cause).toBe(cause);
    expect(translateError(ours, signal)).toBe(ours);
  });

  test("takes anything for a cancellation once the signal is aborted", () => {
    expect(translateError(coded("57014"), AbortSignal.abort()).disposition).toBe("cancel");
  });
});

test("isSerializationFailure knows what a concurrent transaction causes", () => {
  expect(["40001", "40P01", "23505"].map((code) => isSerializationFailure(coded(code)))).toEqual([
    true,
    true,
    false,
  ]);
});
