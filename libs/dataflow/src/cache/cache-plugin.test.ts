import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graphFrom, type UntypedGraph } from "../graph/graph.ts";
import { SECRET } from "../hash/secret.ts";
import { node } from "../modifier/node.ts";
import type { Plugin } from "../plan/plugin.ts";
import { choose } from "../modifier/choose.ts";
import { fields } from "../modifier/fields.ts";
import type { CacheDecision } from "./cache-decision.ts";
import { cachePlugin, type CachePlugin, type CachePluginOptions } from "./cache-plugin.ts";
import type { CacheStore } from "./cache-store.ts";
import { memoryCacheStore } from "./memory-cache-store.ts";

class Password {
  readonly [SECRET] = true;
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A pipeline that counts how often each of its functions ran. */
function countingGraph(): { readonly graph: UntypedGraph; readonly ran: string[] } {
  const ran: string[] = [];
  const module = {
    double: ({ n }: { n: number }) => {
      ran.push("double");
      return n * 2;
    },
    shout: ({ double, mark = "!" }: { double: number; mark?: string }) => {
      ran.push("shout");
      return `${double}${mark}`;
    },
  };
  return { graph: graphFrom([module]), ran };
}

function cacheOf(options: Partial<CachePluginOptions> = {}): CachePlugin {
  return cachePlugin({
    store: memoryCacheStore(),
    codeVersionOf: () => "v1",
    nowMs: () => 0,
    ...options,
  });
}

describe("cachePlugin", () => {
  test("runs nothing again when nothing changed", async () => {
    const { graph, ran } = countingGraph();
    const cache = cacheOf();
    const plan = graph.plan(["shout"]);

    const first = await plan.run({ n: 1 }, { plugins: [cache] });
    const second = await plan.run({ n: 1 }, { plugins: [cache] });

    expect(second).toEqual(first);
    expect(ran).toEqual(["double", "shout"]);
    expect(cache.explain("shout")).toMatchObject({ isHit: true, reason: "found" });
  });

  test("runs only what an input reaches", async () => {
    const { graph, ran } = countingGraph();
    const cache = cacheOf();
    const plan = graph.plan(["shout"]);
    await plan.run({ n: 1, mark: "?" }, { plugins: [cache] });
    ran.length = 0;

    await plan.run({ n: 1, mark: "." }, { plugins: [cache] });

    expect(ran).toEqual(["shout"]);
    expect(cache.explain("shout")?.message).toBe('"shout" ran: these inputs changed: "mark"');
  });

  test("stops where a changed node makes the same value", async () => {
    const { graph, ran } = countingGraph();
    let version = "v1";
    const codeVersionOf = ({ name }: { name: string }): string =>
      name === "double" ? version : "v1";
    const cache = cacheOf({ codeVersionOf });
    const plan = graph.plan(["shout"]);
    await plan.run({ n: 1 }, { plugins: [cache] });
    ran.length = 0;
    version = "v2";

    await plan.run({ n: 1 }, { plugins: [cache] });

    expect(ran).toEqual(["double"]);
    expect(cache.explain("double")?.reason).toBe("code-changed");
  });

  test("never returns a value of another key", async () => {
    const { graph } = countingGraph();
    const store = memoryCacheStore();
    const runs = fc.array(
      fc.record({
        n: fc.constantFrom<unknown>(1, 2, "1", true),
        mark: fc.constantFrom<unknown>("", "!", 1),
      }),
    );
    await fc.assert(
      fc.asyncProperty(runs, async (inputs) => {
        for (const given of inputs) {
          const plan = graph.plan(["double", "shout"]);
          const cached = await plan.run(given, { plugins: [cacheOf({ store })] });

          expect(cached).toEqual(await plan.run(given));
        }
      }),
    );
  });

  test.each([
    ["disable", "disabled"],
    ["ignore", "ignored"],
    ["recompute", "recompute"],
  ] as const)("runs a node that says %s each time", async (cache, reason) => {
    let runs = 0;
    const module = { made: node(() => (runs += 1), { cache }) };
    const plugin = cacheOf();
    const plan = graphFrom([module]).plan(["made"]);

    await plan.run({}, { plugins: [plugin] });
    await plan.run({}, { plugins: [plugin] });

    expect(runs).toBe(2);
    expect(plugin.explain("made")?.reason).toBe(reason);
  });

  test("lets an ignored value change without running what takes it", async () => {
    let runs = 0;
    const module = {
      connection: node(() => ({ query: () => Math.random() }), { cache: "ignore" }),
      rows: ({ connection }: { connection: object }) => (runs += Object.keys(connection).length),
    };
    const plugin = cacheOf();
    const plan = graphFrom([module]).plan(["rows"]);

    await plan.run({}, { plugins: [plugin] });
    await plan.run({}, { plugins: [plugin] });

    expect(runs).toBe(1);
  });

  test("knows a value without content hash by its key, and never stores it", async () => {
    const ran: string[] = [];
    const module = {
      model: ({ seed }: { seed: number }) => {
        ran.push("model");
        return { predict: () => seed };
      },
      score: ({ model }: { model: { predict: () => number } }) => {
        ran.push("score");
        return model.predict();
      },
    };
    const plugin = cacheOf();
    const plan = graphFrom([module]).plan(["score"]);

    await plan.run({ seed: 1 }, { plugins: [plugin] });
    await plan.run({ seed: 1 }, { plugins: [plugin] });
    await plan.run({ seed: 2 }, { plugins: [plugin] });

    expect(ran).toEqual(["model", "score", "model", "model", "score"]);
  });

  test("does not cache behind an input without content hash", async () => {
    const plugin = cacheOf();
    const plan = graphFrom([{ use: ({ f }: { f: () => number }) => f() }]).plan(["use"]);

    await plan.run({ f: () => 1 }, { plugins: [plugin] });

    expect(plugin.explain("use")?.message).toBe(
      '"use" ran: these inputs have no content hash: "f"',
    );
  });

  test("lets values live for their ttl", async () => {
    let nowMs = 0;
    let runs = 0;
    const module = { made: node(() => (runs += 1), { cache: { ttlMs: 10 } }) };
    const plugin = cacheOf({ nowMs: () => nowMs });
    const plan = graphFrom([module]).plan(["made"]);
    const runAt = async (ms: number): Promise<unknown> => {
      nowMs = ms;
      await plan.run({}, { plugins: [plugin] });
      return [runs, plugin.explain("made")?.reason];
    };

    expect(await runAt(0)).toEqual([1, "never-stored"]);
    expect(await runAt(9)).toEqual([1, "found"]);
    expect(await runAt(10)).toEqual([2, "expired"]);
    expect(await runAt(19)).toEqual([2, "found"]);
  });

  test("keeps the values of branches apart", async () => {
    const module = {
      size: choose("unit", {
        m: ({ x }: { x: number }) => x,
        cm: ({ x }: { x: number }) => x * 100,
      }),
    };
    const plugin = cacheOf();
    const plan = graphFrom([module]).plan(["size"]);

    expect(await plan.run({ unit: "m", x: 1 }, { plugins: [plugin] })).toEqual({ size: 1 });
    expect(await plan.run({ unit: "cm", x: 1 }, { plugins: [plugin] })).toEqual({ size: 100 });
    expect(plugin.explain("size")?.reason).toBe("choice-changed");
  });

  test("keeps the fields of one function apart", async () => {
    const { a, b } = fields(() => ({ a: 1, b: 2 }));
    const plugin = cacheOf();
    const plan = graphFrom([{ a, b }]).plan(["a", "b"]);

    await plan.run({}, { plugins: [plugin] });

    expect(await plan.run({}, { plugins: [plugin] })).toEqual({ a: 1, b: 2 });
    expect(plugin.explain("a")?.isHit).toBe(true);
  });

  test("caches nothing whose code is not known", async () => {
    const { graph, ran } = countingGraph();
    const decisions: CacheDecision[] = [];
    const cache = cacheOf({
      codeVersionOf: () => undefined,
      onDecision: (made) => decisions.push(made),
    });

    await graph.plan(["double"]).run({ n: 1 }, { plugins: [cache] });
    await graph.plan(["double"]).run({ n: 1 }, { plugins: [cache] });

    expect(ran).toEqual(["double", "double"]);
    expect(decisions.map(({ reason }) => reason)).toEqual(["no-code-version", "no-code-version"]);
  });

  test("does not store a value that fails its check", async () => {
    const store = memoryCacheStore();
    const module = { made: node(() => -1, { check: (n) => n > 0 || "negative" }) };
    const plan = graphFrom([module]).plan(["made"]);

    await expect(plan.run({}, { plugins: [cacheOf({ store })] })).rejects.toThrow("negative");

    expect(await store.latest?.("made")).toBeUndefined();
  });

  test("waits for a store that answers later, and for nodes", async () => {
    const memory = memoryCacheStore();
    const store: CacheStore = {
      get: async (key) => await memory.get(key),
      set: async (key, entry) => await memory.set(key, entry),
      latest: async (name) => await memory.latest?.(name),
    };
    let runs = 0;
    const plan = graphFrom([{ made: async () => (runs += 1) }]).plan(["made"]);

    await plan.run({}, { plugins: [cacheOf({ store })] });
    await plan.run({}, { plugins: [cacheOf({ store })] });

    expect(runs).toBe(1);
  });

  test("knows what another plugin made of a value", async () => {
    let factor = 1;
    const scale: Plugin = {
      name: "scale",
      around: ({ node: { name } }, next) => (name === "double" ? Number(next()) * factor : next()),
    };
    const { graph } = countingGraph();
    const plan = graph.plan(["shout"]);
    const plugins = [scale, cacheOf()];

    expect(await plan.run({ n: 1 }, { plugins })).toEqual({ shout: "2!" });
    factor = 10;
    expect(await plan.run({ n: 1 }, { plugins })).toEqual({ shout: "20!" });
  });

  test("names every part of the key that changed", async () => {
    const { graph } = countingGraph();
    let version = "v1";
    const cache = cacheOf({ codeVersionOf: () => version });
    const plan = graph.plan(["shout"]);
    await plan.run({ n: 1, mark: "?" }, { plugins: [cache] });
    version = "v2";

    await plan.run({ n: 1, mark: "." }, { plugins: [cache] });

    expect(cache.explain("shout")).toMatchObject({
      reason: "code-changed",
      message: '"shout" ran: its code changed, and these inputs changed: "mark"',
      changes: [
        { part: "code", before: "v1", now: "v2" },
        { part: "input", name: "mark" },
      ],
    });
  });

  test("says that a value was not stored, then and the next time", async () => {
    const store = memoryCacheStore();
    const plan = graphFrom([{ opaque: () => ({ call: () => 1 }) }]).plan(["opaque"]);
    const first = cacheOf({ store });
    await plan.run({}, { plugins: [first] });
    const second = cacheOf({ store });

    await plan.run({}, { plugins: [second] });

    expect(first.explain("opaque")).toMatchObject({
      reason: "never-stored",
      notStored: "no content hash: $.call is a function",
    });
    expect(second.explain("opaque")).toMatchObject({
      reason: "not-stored",
      message: expect.stringContaining(
        "its last value was not stored: no content hash: $.call is a function",
      ),
    });
  });

  test("never stores what holds a secret, nor caches what takes one", async () => {
    const stored: unknown[] = [];
    const memory = memoryCacheStore();
    const store: CacheStore = { ...memory, set: (_, entry) => void stored.push(entry) };
    const module = {
      login: ({ user }: { user: string }) => ({ user, password: new Password("x") }),
      length: ({ password }: { password: Password }) => password.text.length,
    };
    const cache = cacheOf({ store });
    const plan = graphFrom([module]).plan(["login", "length"]);

    await plan.run({ user: "ann", password: new Password("abc") }, { plugins: [cache] });

    expect(stored).toEqual([]);
    expect(cache.explain("login")?.notStored).toBe("no content hash: $.password is a secret");
    expect(cache.explain("length")?.message).toBe(
      '"length" ran: these inputs hold a secret: "password"',
    );
  });

  test("passes the format of a node to the store, and refuses one that it has not", async () => {
    const formats: unknown[] = [];
    const memory = memoryCacheStore();
    const store: CacheStore = {
      ...memory,
      formats: ["json", "arrow"],
      set: (_, { format }) => void formats.push(format),
    };
    const planOf = (format: string): ReturnType<UntypedGraph["plan"]> =>
      graphFrom([{ made: node(() => 1, { cache: { format } }) }]).plan(["made"]);

    await planOf("json").run({}, { plugins: [cacheOf({ store })] });

    expect(formats).toEqual(["json"]);
    await expect(planOf("jsn").run({}, { plugins: [cacheOf({ store })] })).rejects.toThrow(
      'the cache of node "made" has no format "jsn": there is "json", "arrow"',
    );
    await expect(planOf("jsn").run({}, { plugins: [cacheOf()] })).resolves.toEqual({ made: 1 });
  });

  test.each(["corrupt", "expired"] as const)("runs again what the store calls %s", async (miss) => {
    const store: CacheStore = { get: () => ({ miss, detail: "see x" }), set: () => undefined };
    const cache = cacheOf({ store });

    const made = await graphFrom([{ one: () => 1 }])
      .plan(["one"])
      .run({}, { plugins: [cache] });

    expect(made).toEqual({ one: 1 });
    expect(cache.explain("one")).toMatchObject({
      isHit: false,
      reason: miss,
      message: expect.stringContaining("see x"),
    });
  });

  test.each([
    ["throws", () => fail()],
    ["rejects", async () => fail()],
  ])("goes on without a store that %s", async (_, failing: () => never | Promise<never>) => {
    const { graph } = countingGraph();
    const cache = cacheOf({ store: { get: failing, set: failing } });

    const made = await graph.plan(["double"]).run({ n: 4 }, { plugins: [cache] });

    expect(made).toEqual({ double: 8 });
    expect(cache.explain("double")).toMatchObject({
      reason: "store-failed",
      message: '"double" ran: the store failed: disk full; its value was not stored: disk full',
    });
  });
});

function fail(): never {
  throw new Error("disk full");
}
