import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  cachePlugin,
  type CacheEntry,
  type CachePlugin,
  type CacheStore,
  graphFrom,
  node,
  SECRET,
} from "@weirflow/dataflow";
import { scratchFolder } from "@weirflow/testing";
import { type Table, tableFromArrays } from "apache-arrow";
import { describe, expect, test as base } from "vitest";
import { createCodecs } from "../codec/codecs.ts";
import { CacheValueTooLargeError, ValueNotEncodableError } from "../errors.ts";
import { valueHash } from "../value-hash.ts";
import { directoryCacheStore } from "./directory-cache-store.ts";

// vitest reads the needed fixtures from the pattern, so it must be there, even when it is empty.
// oxlint-disable-next-line no-empty-pattern
const test = base.extend("dir", async ({}, { onCleanup }) => {
  const dir = await scratchFolder("cache");
  onCleanup(async () => await rm(dir, { recursive: true, force: true }));
  return dir;
});

const codecs = createCodecs();
const keyOf = (letter: string): string => letter.repeat(64);
const pathOf = (dir: string, key: string): string => join(dir, "entries", key.slice(0, 2), key);

function entryOf(value: unknown, more: Partial<CacheEntry> = {}): CacheEntry {
  const facts = { node: "n", variant: "", codeVersion: "v1", inputs: {} };
  return { ...facts, valueHash: "h", storedAtMs: 0, value, ...more };
}

function pluginOf(store: CacheStore, version = "v1"): CachePlugin {
  const hash = (value: unknown): string => valueHash(value, codecs);
  return cachePlugin({ store, codeVersionOf: () => version, nowMs: () => 0, hash });
}

async function bytesUnder(dir: string): Promise<number> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = found.filter((each) => each.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe("directoryCacheStore", () => {
  test("gives values to a later process, and says what changed since", async ({ dir }) => {
    const plan = graphFrom([{ twice: ({ n }: { n: number }) => n * 2 }]).plan(["twice"]);
    await plan.run({ n: 2 }, { plugins: [pluginOf(directoryCacheStore({ dir }))] });
    const later = pluginOf(directoryCacheStore({ dir }));
    const changed = pluginOf(directoryCacheStore({ dir }), "v2");

    expect(await plan.run({ n: 2 }, { plugins: [later] })).toEqual({ twice: 4 });
    expect(later.explain("twice")).toMatchObject({ isHit: true });

    await plan.run({ n: 3 }, { plugins: [changed] });
    expect(changed.explain("twice")?.message).toBe(
      '"twice" ran: its code changed, and these inputs changed: "n"',
    );
  });

  test("keeps tables", async ({ dir }) => {
    let runs = 0;
    const table = (): Table => {
      runs += 1;
      return tableFromArrays({ age: Float64Array.of(31, 40) });
    };
    const plan = graphFrom([{ table }]).plan(["table"]);
    await plan.run({}, { plugins: [pluginOf(directoryCacheStore({ dir }))] });

    const { table: back } = await plan.run(
      {},
      { plugins: [pluginOf(directoryCacheStore({ dir }))] },
    );

    expect(runs).toBe(1);
    expect(valueHash(back, codecs)).toBe(valueHash(table(), codecs));
  });

  test.each([
    ["lost its end", async (path: string) => await truncate(path, (await stat(path)).size - 1)],
    ["is empty", async (path: string) => await truncate(path, 0)],
    ["is something else", async (path: string) => await writeFile(path, "{}\nno entry")],
    [
      "has another value",
      async (path: string) => {
        const bytes = await readFile(path);
        bytes[bytes.byteLength - 1] = 0;
        await writeFile(path, bytes);
      },
    ],
    [
      "is of another key",
      async (path: string) => {
        const text = await readFile(path, "utf8");
        await writeFile(path, text.replace(keyOf("a"), keyOf("b")));
      },
    ],
  ])("misses an entry whose file %s, and mends it", async (_, damage) => {
    const dir = await scratchFolder("cache");
    const store = directoryCacheStore({ dir });
    await store.set(keyOf("a"), entryOf("kept"));
    await damage(pathOf(dir, keyOf("a")));

    expect(await store.get(keyOf("a"))).toMatchObject({
      miss: "corrupt",
      detail: expect.any(String),
    });
    expect(await store.get(keyOf("a"))).toBeUndefined();
    await store.set(keyOf("a"), entryOf("again"));
    expect(await store.get(keyOf("a"))).toMatchObject({ value: "again" });
    await rm(dir, { recursive: true });
  });

  test("misses what a codec wrote that is no longer there", async ({ dir }) => {
    const own = { ...codecs.named("bytes"), name: "own" };
    await directoryCacheStore({ dir, codecs: createCodecs([own]) }).set(
      keyOf("a"),
      entryOf(Uint8Array.of(1)),
    );

    expect(await directoryCacheStore({ dir }).get(keyOf("a"))).toMatchObject({
      miss: "corrupt",
      detail: expect.stringContaining('no codec is named "own"'),
    });
  });

  test("lets entries live for its ttl", async ({ dir }) => {
    let nowMs = 0;
    const store = directoryCacheStore({ dir, ttlMs: 10, nowMs: () => nowMs });
    await store.set(keyOf("a"), entryOf(1));

    nowMs = 9;
    expect(await store.get(keyOf("a"))).toMatchObject({ value: 1 });
    nowMs = 10;
    expect(await store.get(keyOf("a"))).toEqual({ miss: "expired" });
    expect(await store.get(keyOf("a"))).toBeUndefined();
  });

  test("removes what was used longest ago, and stays within its bytes", async ({ dir }) => {
    const store = directoryCacheStore({ dir, maxBytes: 10_000 });
    const value = new Uint8Array(2_500);
    for (const letter of ["a", "b", "c"]) await store.set(keyOf(letter), entryOf(value));
    const agesAgo = { a: 3, b: 2, c: 1 };
    for (const [letter, s] of Object.entries(agesAgo))
      await utimes(pathOf(dir, keyOf(letter)), 1_000 - s, 1_000 - s);
    await store.get(keyOf("a"));

    await store.set(keyOf("d"), entryOf(value));

    expect(await store.get(keyOf("b"))).toBeUndefined();
    expect(await store.get(keyOf("a"))).toMatchObject({ value });
    expect(await store.get(keyOf("d"))).toMatchObject({ value });
    expect(await bytesUnder(dir)).toBeLessThanOrEqual(10_000);
  });

  test("does not keep a value larger than all its bytes, and the run says so", async ({ dir }) => {
    const store = directoryCacheStore({ dir, maxBytes: 1_000 });
    const cache = pluginOf(store);

    await graphFrom([{ big: () => new Uint8Array(2_000) }])
      .plan(["big"])
      .run({}, { plugins: [cache] });

    expect(cache.explain("big")?.notStored).toContain('the value of "big" takes');
    await expect(store.set(keyOf("a"), entryOf(new Uint8Array(2_000)))).rejects.toThrow(
      CacheValueTooLargeError,
    );
  });

  test("stays whole and within its bytes under two writers", async ({ dir }) => {
    const both = [0, 1].map(() => directoryCacheStore({ dir, maxBytes: 40_000 }));
    const letters = ["a", "b", "c", "d", "e", "f"];

    await Promise.all(
      both.flatMap((store, w) =>
        letters.map(async (letter, i) => {
          for (let round = 0; round < 5; round++) {
            await store.set(keyOf(letter), entryOf(new Uint8Array(3_000).fill(w + i)));
            const found = await store.get(keyOf(letter));
            expect(found === undefined || "value" in found).toBe(true);
          }
        }),
      ),
    );

    expect(await bytesUnder(dir)).toBeLessThanOrEqual(40_000 * 1.2);
  });

  test("spares what another process is writing, and removes what a dead one left", async ({
    dir,
  }) => {
    const store = directoryCacheStore({ dir, maxBytes: 10_000 });
    const [now, old] = [join(dir, "entries/now.tmp"), join(dir, "entries/old.tmp")];
    await mkdir(join(dir, "entries"), { recursive: true });
    await writeFile(now, new Uint8Array(6_000));
    await writeFile(old, new Uint8Array(6_000));
    await utimes(old, 0, 0);

    const facts = { node: "n", variant: "", codeVersion: "", inputs: {}, valueHash: "" };
    await store.set("a".repeat(64), { ...facts, storedAtMs: 0, value: new Uint8Array(3_000) });

    expect(existsSync(now)).toBe(true);
    expect(existsSync(old)).toBe(false);
  });

  test("is shared by processes that write at once", async ({ dir }) => {
    const text = `
      import { directoryCacheStore } from "@weirflow/values";
      const store = directoryCacheStore({ dir: ${JSON.stringify(dir)}, maxBytes: 20_000 });
      const facts = { node: "n", variant: "", codeVersion: "", inputs: {}, valueHash: "", storedAtMs: 0 };
      for (let i = 0; i < 60; i++) {
        const key = String(i % 10).repeat(64);
        await store.set(key, { ...facts, value: new Uint8Array(3_000).fill(process.pid % 256) });
        const found = await store.get(key);
        if (found !== undefined && !("value" in found)) throw new Error(found.detail);
      }`;
    const args = ["--conditions=@weirflow/source", "--input-type=module", "-e", text];
    const run = promisify(execFile);

    await Promise.all(
      [0, 1].map(async () => await run(process.execPath, args, { cwd: import.meta.dirname })),
    );

    expect(await bytesUnder(dir)).toBeLessThanOrEqual(20_000 * 1.2);
    const left = await readdir(dir, { recursive: true });
    expect(left.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("has no byte of what is secret or ignored", async ({ dir }) => {
    const module = {
      login: () => ({ user: "ann", password: { [SECRET]: true, text: "hunter2" } }),
      session: node(() => "hunter2 is my session", { cache: "ignore" }),
      rows: ({ session, login }: { session: string; login: object }) =>
        session.length + Object.keys(login).length,
    };
    const cache = pluginOf(directoryCacheStore({ dir }));
    await graphFrom([module])
      .plan(["rows"])
      .run({}, { plugins: [cache] });

    const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((each) =>
      each.isFile(),
    );
    const texts = await Promise.all(
      files.map(async ({ parentPath, name }) => await readFile(join(parentPath, name), "utf8")),
    );

    expect(texts.join("\n")).toContain('"node":"rows"');
    expect(texts.join("\n")).not.toContain("hunter2");
  });

  test("writes each value in the format that its node names", async ({ dir }) => {
    const store = directoryCacheStore({ dir });
    expect(store.formats).toEqual(["json", "raw", "arrow", "bytes", "devalue"]);

    await store.set(keyOf("a"), entryOf({ n: [1] }, { format: "json" }));
    await store.set(keyOf("b"), entryOf(Uint8Array.of(9), { format: "raw" }));

    expect(await readFile(pathOf(dir, keyOf("a")), "utf8")).toMatch(/\n\{"n":\[1\]\}$/);
    expect(await store.get(keyOf("a"))).toMatchObject({ value: { n: [1] } });
    expect(await store.get(keyOf("b"))).toMatchObject({ value: Uint8Array.of(9) });
  });

  test.each([
    ["json", new Date(0)],
    ["json", { a: undefined }],
    ["json", -0],
    ["json", undefined],
    ["arrow", { a: 1 }],
    ["raw", "text"],
  ])("refuses to write as %s what would come back as another: %s", async (format, value) => {
    const store = directoryCacheStore({ dir: "/nowhere" });

    await expect(store.set(keyOf("a"), entryOf(value, { format }))).rejects.toThrow(
      ValueNotEncodableError,
    );
  });

  test("tells a node of a format that it does not have", async ({ dir }) => {
    const module = { made: node(() => 1, { cache: { format: "parquet" } }) };
    const run = graphFrom([module])
      .plan(["made"])
      .run({}, { plugins: [pluginOf(directoryCacheStore({ dir }))] });

    await expect(run).rejects.toThrow(
      'no format "parquet": there is "json", "raw", "arrow", "bytes", "devalue"',
    );
  });
});
