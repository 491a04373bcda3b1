import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CacheEntry } from "./cache-store.ts";
import { memoryCacheStore } from "./memory-cache-store.ts";
import { roughBytes } from "./rough-bytes.ts";

function entryOf(value: unknown, node = "n"): CacheEntry {
  return { node, variant: "", codeVersion: "", inputs: {}, valueHash: "", storedAtMs: 0, value };
}

describe("memoryCacheStore", () => {
  test("forgets what was used least recently", async () => {
    const store = memoryCacheStore({ maxEntries: 2 });
    await store.set("a", entryOf(1));
    await store.set("b", entryOf(2));
    await store.get("a");
    await store.set("c", entryOf(3));

    expect(await store.get("a")).toMatchObject({ value: 1 });
    expect(await store.get("b")).toBeUndefined();
    expect(await store.get("c")).toMatchObject({ value: 3 });
  });

  test("keeps at most what it may weigh, and no value that weighs more", async () => {
    const store = memoryCacheStore({ maxWeight: 10, weigh: Number });
    await store.set("a", entryOf(6));
    await store.set("b", entryOf(4));
    await store.set("c", entryOf(5));
    await store.set("d", entryOf(11));

    expect(await store.get("a")).toBeUndefined();
    expect(await store.get("b")).toMatchObject({ value: 4 });
    expect(await store.get("c")).toMatchObject({ value: 5 });
    expect(await store.get("d")).toBeUndefined();
  });

  test("counts a value that takes the place of another once", async () => {
    const store = memoryCacheStore({ maxWeight: 10, weigh: Number });
    await store.set("a", entryOf(9));
    await store.set("a", entryOf(3));
    await store.set("b", entryOf(7));

    expect(await store.get("a")).toMatchObject({ value: 3 });
    expect(await store.get("b")).toMatchObject({ value: 7 });
  });

  test("does what a list sorted by use does, within both limits", async () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom("get", "set"), fc.constantFrom("a", "b", "c", "d"), fc.nat(9)),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const store = memoryCacheStore({ maxEntries: 3, maxWeight: 12, weigh: Number });
        let model: (readonly [string, number])[] = [];
        for (const [act, key, value] of all) {
          const had = model.find(([name]) => name === key);
          model = model.filter((each) => each !== had);
          if (act === "set") {
            model.push([key, value]);
            await store.set(key, entryOf(value));
            while (model.length > 3 || model.reduce((sum, [, each]) => sum + each, 0) > 12)
              model.shift();
          } else {
            if (had !== undefined) model.push(had);
            expect((await store.get(key)) ?? {}).toMatchObject(
              had === undefined ? {} : { value: had[1] },
            );
            expect((await store.get(key)) === undefined).toBe(had === undefined);
          }
        }
      }),
    );
  });

  test("remembers facts without the value, also of what was not stored", async () => {
    const store = memoryCacheStore();
    const facts = { node: "n", variant: "", codeVersion: "v", inputs: { a: "1" } };
    await store.set("a", { ...entryOf(new Uint8Array(9)), ...facts });

    expect(await store.latest?.("n")).toEqual(facts);
    await store.remember?.({ ...facts, notStored: "too large" });
    expect(await store.latest?.("n")).toEqual({ ...facts, notStored: "too large" });
  });
});

describe("roughBytes", () => {
  test.each([
    ["a number", 1, 8],
    ["text", "abcd", 16],
    ["a typed array", new Float64Array(100), 808],
    ["a buffer", new ArrayBuffer(10), 18],
    ["a list", [1, 2], 24],
    ["a map", new Map([["ab", 1]]), 28],
    ["a set", new Set([1, 2, 3]), 32],
    ["a record", { ab: null }, 28],
  ])("weighs %s", (_, value, bytes) => {
    expect(roughBytes(value)).toBe(bytes);
  });

  test("counts a part once, and ends on a cycle", () => {
    const part = new Uint8Array(1_000);
    const round: unknown[] = [part, part];
    round.push(round);

    expect(roughBytes(round)).toBeLessThan(1_100);
  });
});
