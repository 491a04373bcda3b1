import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CommitUnknownError, DataRefusedError } from "./errors.ts";
import { inHalves } from "./in-halves.ts";

/** Doubles numbers; refuses a batch with a negative one. */
function doubling(calls: number[][] = []) {
  return {
    handle: async (items: readonly number[]) => {
      calls.push([...items]);
      await Promise.resolve();
      if (items.some((n) => n < 0)) throw new DataRefusedError(new Error("negative"));
      return items.map((n) => n * 2);
    },
    onCulprit: (_error: unknown, item: number) => `bad ${item}`,
  };
}

describe("inHalves", () => {
  test("handles a good batch in one go", async () => {
    const calls: number[][] = [];

    expect(await inHalves<number, number | string>([1, 2, 3], doubling(calls))).toEqual([2, 4, 6]);
    expect(calls).toEqual([[1, 2, 3]]);
  });

  test("finds the culprit; the others get through, in their order", async () => {
    const calls: number[][] = [];

    expect(await inHalves<number, number | string>([1, 2, -3, 4], doubling(calls))).toEqual([
      2,
      4,
      "bad -3",
      8,
    ]);
    expect(calls).toEqual([[1, 2, -3, 4], [1, 2], [-3, 4], [-3], [4]]);
  });

  test("finds one culprit among many in few batches", async () => {
    const calls: number[][] = [];
    const items = Array.from({ length: 64 }, (_, place) => (place === 41 ? -1 : place));

    await inHalves<number, number | string>(items, doubling(calls));

    expect(calls.length).toBe(13);
  });

  test("handles nothing without a call", async () => {
    const calls: number[][] = [];

    expect(await inHalves<number, number | string>([], doubling(calls))).toEqual([]);
    expect(calls).toEqual([]);
  });

  test("does not look for a culprit when the database is to blame", async () => {
    const lost = new CommitUnknownError(new Error("gone"));
    let calls = 0;
    const handle = async () => {
      calls += 1;
      return await Promise.reject(lost);
    };

    await expect(inHalves([1, 2], { handle, onCulprit: () => 0 })).rejects.toBe(lost);
    expect(calls).toBe(1);
  });

  test("whatever is bad, each item gets its own answer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -5, max: 20 })), async (items) => {
        const answers = await inHalves<number, number | string>(items, doubling());

        expect(answers).toEqual(items.map((n) => (n < 0 ? `bad ${n}` : n * 2)));
      }),
    );
  });
});
