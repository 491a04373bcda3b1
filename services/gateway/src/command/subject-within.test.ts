import { subjectMatches } from "@weirflow/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isWithin } from "./subject-within.ts";

describe("isWithin", () => {
  test.each([
    ["ingest.orders", "ingest.>", true],
    ["ingest.orders.>", "ingest.>", true],
    ["ingest.>", "ingest.>", true],
    ["ingest.*", "ingest.*", true],
    ["ingest.a.b", "ingest.*.b", true],
    ["ingest", "ingest.>", false],
    ["ingest.>", "ingest.*", false],
    ["ingest.*", "ingest.a", false],
    ["other.a", "ingest.>", false],
    ["ingest.a.b", "ingest.*", false],
    [">", "ingest.>", false],
    ["ingest..a", "ingest.*.a", false],
  ])("%s within %s: %s", (pattern, allowed, wanted) => {
    expect(isWithin(pattern, allowed)).toBe(wanted);
  });

  test("never lets a subject through that the other pattern does not match", () => {
    const token = fc.constantFrom("a", "b", "*", ">");
    const pattern = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => {
      const end = tokens.indexOf(">");
      return (end < 0 ? tokens : tokens.slice(0, end + 1)).join(".");
    });
    const subject = fc
      .array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 4 })
      .map((tokens) => tokens.join("."));
    fc.assert(
      fc.property(pattern, pattern, subject, (inner, outer, one) => {
        fc.pre(isWithin(inner, outer) && subjectMatches(inner, one));
        expect(subjectMatches(outer, one)).toBe(true);
      }),
    );
  });
});
