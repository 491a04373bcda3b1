import { describe, expect, test } from "vitest";
import { MicroBatch } from "./micro-batch.ts";

describe("MicroBatch", () => {
  test("handles a lone item at once", async () => {
    const batch = new MicroBatch<number, number>({
      limit: 10,
      handle: async (items) => items.map((n) => n * 2),
    });

    expect(await batch.add(4)).toBe(8);
  });

  test("fills the next batch while one is under way, up to the limit", async () => {
    const sizes: number[] = [];
    const batch = new MicroBatch<number, number>({
      limit: 3,
      handle: async (items) => {
        sizes.push(items.length);
        return await Promise.resolve(items);
      },
    });

    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(async (n) => await batch.add(n)));

    expect(answers).toEqual([1, 2, 3, 4, 5, 6]);
    expect(sizes).toEqual([1, 3, 2]);
  });

  test("passes a failure to each of its batch and goes on with the next", async () => {
    let isFirst = true;
    const batch = new MicroBatch<string, string>({
      limit: 5,
      handle: async (items) => {
        if (!isFirst) return items;
        isFirst = false;
        throw new Error("database away");
      },
    });

    const answers = await Promise.allSettled(
      ["a", "b", "c"].map(async (text) => await batch.add(text)),
    );

    expect(answers.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(await batch.add("d")).toBe("d");
  });
});
