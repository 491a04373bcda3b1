import { readdir, rm } from "node:fs/promises";
import { runInThisContext } from "node:vm";
import {
  cachePlugin,
  type CacheEntry,
  type CacheStore,
  graphFrom,
  memoryCacheStore,
} from "@weirflow/dataflow";
import { scratchFolder } from "@weirflow/testing";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { directoryCacheStore } from "./directory-cache-store.ts";

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const stores: Readonly<Record<string, () => Promise<CacheStore>>> = {
  memoryCacheStore: async () => await Promise.resolve(memoryCacheStore()),
  directoryCacheStore: async () => {
    const dir = await scratchFolder("cache");
    folders.push(dir);
    return directoryCacheStore({ dir, nowMs: () => 0 });
  },
};

const keys = ["a", "b", "c"].map((letter) => letter.repeat(64));
const [key = ""] = keys;

function entryOf(value: unknown, node = "n"): CacheEntry {
  const inputs = { x: "1" };
  return { node, variant: "k=v", codeVersion: "v1", inputs, valueHash: "h", storedAtMs: 7, value };
}

/** What every store of the port does. */
describe.each(Object.entries(stores))("%s", (_, open) => {
  test("gives back what was set under a key, and nothing under another", async () => {
    const store = await open();

    await store.set(key, entryOf({ n: 1, at: new Date(5) }));

    expect(await store.get(key)).toEqual(entryOf({ n: 1, at: new Date(5) }));
    expect(await store.get(keys[1] ?? "")).toBeUndefined();
  });

  test("keeps the entry that was set last", async () => {
    const store = await open();

    await store.set(key, entryOf(1));
    await store.set(key, entryOf(2));

    expect(await store.get(key)).toMatchObject({ value: 2 });
  });

  test.each([[undefined], [null], [Number.NaN], [-0], [""], [0n], [new Uint8Array()]])(
    "keeps %s",
    async (value) => {
      const store = await open();

      await store.set(key, entryOf(value));

      expect(await store.get(key)).toStrictEqual(entryOf(value));
    },
  );

  test("knows the last facts of each node, stored or not", async () => {
    const store = await open();
    const { value: _value, valueHash: _hash, storedAtMs: _at, ...facts } = entryOf(1);

    await store.set(key, entryOf(1));
    await store.remember?.({ ...facts, node: "m", notStored: "a secret" });

    expect(await store.latest?.("n")).toEqual(facts);
    expect(await store.latest?.("m")).toEqual({ ...facts, node: "m", notStored: "a secret" });
    expect(await store.latest?.("../n")).toBeUndefined();
  });

  test("does what a Map does under any steps", async () => {
    const step = fc.record({ key: fc.constantFrom(...keys), value: fc.option(fc.nat()) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const store = await open();
        const model = new Map<string, number>();
        for (const { key, value } of steps) {
          if (value !== null) {
            model.set(key, value);
            await store.set(key, entryOf(value));
          }
          const found = await store.get(key);
          expect(found === undefined ? undefined : Reflect.get(found, "value")).toBe(
            model.get(key),
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  test("takes many writers of one key at once", async () => {
    const store = await open();

    await Promise.all(Array.from({ length: 20 }, async (_, i) => await store.set(key, entryOf(i))));

    expect(await store.get(key)).toMatchObject({ node: "n", value: expect.any(Number) });
  });

  test("never lets a plan return the value of another key", async () => {
    await fc.assert(
      fc.asyncProperty(randomRuns, async ({ edges, runs }) => {
        const store = await open();
        for (const { versions, inputs } of runs) {
          const plan = graphFrom([moduleOf(edges, versions)]).plan(names(edges));
          const codeVersionOf = ({ name }: { readonly name: string }): string =>
            String(versions[Number(name.slice(1))]);
          const cache = cachePlugin({ store, codeVersionOf, nowMs: () => 0 });

          expect(await plan.run(inputs, { plugins: [cache] })).toEqual(await plan.run(inputs));
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** For each node, which of the nodes before it it takes; and runs with other code and other inputs. */
const randomRuns = fc
  .array(fc.array(fc.nat(5), { maxLength: 3 }), { minLength: 1, maxLength: 6 })
  .chain((edges) =>
    fc.record({
      edges: fc.constant(edges.map((deps, i) => [...new Set(deps.filter((dep) => dep < i))])),
      runs: fc.array(
        fc.record({
          versions: fc.tuple(...edges.map(() => fc.constantFrom(1, 2))),
          inputs: fc.record({ x: fc.constantFrom<unknown>(1, "1", true, [1], null, -0, 0) }),
        }),
        { minLength: 2, maxLength: 5 },
      ),
    }),
  );

function names(edges: readonly unknown[]): readonly string[] {
  return edges.map((_, i) => `n${i}`);
}

/** Functions whose values tell which code made them from what. */
function moduleOf(
  edges: readonly (readonly number[])[],
  versions: readonly number[],
): Readonly<Record<string, unknown>> {
  const written = edges.map((deps, i) => {
    const taken = ["x", ...deps.map((dep) => `n${dep}`)].join(", ");
    return [`n${i}`, compiled(`({ ${taken} }) => [${versions[i]}, ${taken}]`)] as const;
  });
  return Object.fromEntries(written);
}

/** A function that nobody wrote. */
function compiled(text: string): unknown {
  return runInThisContext(`(${text})`) as unknown; // whatever the text says
}

test("an empty folder is made on the first write only", async () => {
  const dir = await scratchFolder("cache");
  folders.push(dir);

  await directoryCacheStore({ dir }).get(key);

  expect(await readdir(dir)).toEqual([]);
});
