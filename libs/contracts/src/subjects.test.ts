import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { poolSchema, subjectMatches, subjects } from "./subjects.ts";

describe("subjects", () => {
  test("name a pool in one token", () => {
    expect(subjects.work("cpu")).toBe("weir.work.cpu");
    expect(subjects.claim("gpu-a100_8")).toBe("weir.rpc.claim.gpu-a100_8");
  });

  test.for(["", "a.b", "*", ">", "a b", "ä", "x".repeat(33)])(
    "refuse the pool %j, which could widen a pattern",
    (pool) => {
      expect(() => subjects.work(pool)).toThrowError(
        expect.objectContaining({ code: "contracts/invalid-pool" }),
      );
      expect(poolSchema.safeParse(pool).success).toBe(false);
    },
  );

  test("are matched by their own patterns", () => {
    expect(subjectMatches(subjects.claimAll, subjects.claim("cpu"))).toBe(true);
    expect(subjectMatches(subjects.progressAll, subjects.progress("r"))).toBe(true);
    expect(subjectMatches(subjects.eventAll, subjects.event("dataset.updated"))).toBe(true);
  });
});

describe("subjectMatches", () => {
  test.for([
    ["a.b", "a.b", true],
    ["a.b", "a.c", false],
    ["a.b", "a.b.c", false],
    ["a.b.c", "a.b", false],
    ["a.*", "a.b", true],
    ["a.*", "a", false],
    ["a.*", "a.b.c", false],
    ["*.b", "a.b", true],
    ["a.>", "a.b", true],
    ["a.>", "a.b.c.d", true],
    ["a.>", "a", false],
    [">", "a", true],
    ["a.*.c", "a.b.c", true],
    ["a.*.>", "a.b", false],
  ] as const)("%s and %s: %s", ([pattern, subject, expected]) => {
    expect(subjectMatches(pattern, subject)).toBe(expected);
  });

  const tokens = fc.array(fc.stringMatching(/^[a-z0-9]{1,4}$/), { minLength: 1, maxLength: 5 });

  test("a subject matches itself, and itself with any token starred", () => {
    fc.assert(
      fc.property(tokens, fc.nat(4), (parts, at) => {
        const subject = parts.join(".");
        const starred = parts.map((token, index) => (index === at ? "*" : token)).join(".");

        expect(subjectMatches(subject, subject)).toBe(true);
        expect(subjectMatches(starred, subject)).toBe(true);
      }),
    );
  });

  test("a prefix with > matches all that is longer, and nothing else", () => {
    fc.assert(
      fc.property(tokens, tokens, (head, tail) => {
        const pattern = [...head, ">"].join(".");

        expect(subjectMatches(pattern, [...head, ...tail].join("."))).toBe(true);
        expect(subjectMatches(pattern, head.join("."))).toBe(false);
      }),
    );
  });
});
