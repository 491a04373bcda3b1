import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WeirError } from "@weirflow/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AsyncNodeError, NodeError } from "../errors.ts";
import { graph, graphFrom } from "../graph/graph.ts";
import { bind, group } from "../modifier/bind.ts";
import { fields } from "../modifier/fields.ts";
import type { NodeContext } from "../node-context.ts";
import type { Fn } from "../typed/module-types.ts";

class BusyError extends WeirError {
  override readonly code = "test/busy";
  override readonly disposition = "retry";
}

/** A node of a random graph: what it takes, whether it answers later. */
interface Shape {
  readonly deps: readonly number[];
  readonly isLater: boolean;
}

const shapes: fc.Arbitrary<readonly Shape[]> = fc
  .array(fc.tuple(fc.array(fc.nat(), { maxLength: 4 }), fc.boolean()), {
    minLength: 1,
    maxLength: 25,
  })
  .map((rows) =>
    rows.map(([deps, isLater], i) => ({
      // a number that no node has is an input
      deps: [...new Set(deps.map((dep) => (i === 0 ? -1 : dep % (i + 1)) - 1))],
      isLater,
    })),
  );

const nameOf = (dep: number): string => (dep < 0 ? `in${-dep}` : `n${dep}`);

/** A node that adds up what these nodes make, each thrice, and its own number. */
function functionOf({ deps, isLater }: Shape, i: number): Fn {
  const add = ({ parts }: { parts: readonly number[] }): number =>
    parts.reduce((sum, part) => sum + 3 * part, i);
  const addLater = async ({ parts }: { parts: readonly number[] }): Promise<number> =>
    await Promise.resolve(add({ parts }));
  return bind(isLater ? addLater : add, { parts: group(deps.map(nameOf)) });
}

/** The same by hand. */
function evaluate(nodes: readonly Shape[], inputs: Readonly<Record<string, number>>): number[] {
  const values: number[] = [];
  for (const [i, { deps }] of nodes.entries())
    values.push(
      deps.reduce(
        (sum, dep) => sum + 3 * (dep < 0 ? (inputs[nameOf(dep)] ?? 0) : (values[dep] ?? 0)),
        i,
      ),
    );
  return values;
}

describe("run", () => {
  test("computes what evaluating by hand computes, for any graph and order of answers", async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        async (nodes, concurrency, pick) => {
          const module = Object.fromEntries(
            nodes.map((shape, i) => [nameOf(i), functionOf(shape, i)]),
          );
          const wanted = [...new Set([pick % nodes.length, nodes.length - 1])];
          const plan = graphFrom([module]).plan(wanted.map(nameOf));
          const inputs = Object.fromEntries(
            plan.inputs.map(({ name }) => [name, name.length * 10]),
          );
          const expected = evaluate(nodes, inputs);

          expect(await plan.run(inputs, { concurrency })).toEqual(
            Object.fromEntries(wanted.map((i) => [nameOf(i), expected[i]])),
          );
        },
      ),
    );
  });

  test("runs a chain of 100,000 nodes, with and without waiting", async () => {
    const length = 100_000;
    const now = ({ x }: { x: number }): number => x + 1;
    const later = async ({ x }: { x: number }): Promise<number> => await Promise.resolve(x + 1);
    const chain = (waits: number): Readonly<Record<string, Fn>> =>
      Object.fromEntries(
        Array.from({ length }, (_, i) => [
          `n${i}`,
          bind(i % 100 < waits ? later : now, { x: i === 0 ? "start" : `n${i - 1}` }),
        ]),
      );

    for (const waits of [0, 1]) {
      const plan = graphFrom([chain(waits)]).plan([`n${length - 1}`]);

      expect(await plan.run({ start: 0 })).toEqual({ [`n${length - 1}`]: length });
    }
  }, 60_000);

  test("is synchronous until a node answers later", async () => {
    const ran: string[] = [];
    const module = {
      a: () => ran.push("a"),
      b: ({ a }: { a: number }) => ran.push(`b${a}`),
      c: async ({ b }: { b: number }) => await Promise.resolve(ran.push(`c${b}`)),
      d: ({ c }: { c: number }) => ran.push(`d${c}`),
    };

    const run = graph(module).plan("d").run();

    expect(ran).toEqual(["a", "b1", "c2"]);
    await run;
    expect(ran).toEqual(["a", "b1", "c2", "d3"]);
  });

  test("has as many promises pending as allowed, and starts the next as one settles", async () => {
    let pending = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (pending += 1));
      await Promise.resolve();
      pending -= 1;
    };
    const module = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`n${i}`, () => work()]),
    );
    const plan = graphFrom([module]).plan(Object.keys(module));

    await plan.run();
    expect(most).toBe(16);
    most = 0;
    await plan.run({}, { concurrency: 3 });
    expect(most).toBe(3);
    most = 0;
    await plan.run({}, { concurrency: 0 });
    expect(most).toBe(1);
  });

  test("goes on with other branches while one waits", async () => {
    const gate = Promise.withResolvers<number>();
    const ran: string[] = [];
    const module = {
      slow: () => gate.promise,
      quick: async () => await Promise.resolve(ran.push("quick")),
      after: ({ quick }: { quick: number }) => {
        gate.resolve(quick);
        return ran.push("after");
      },
      both: ({ slow, after }: { slow: number; after: number }) => [slow, after],
    };

    expect(await graph(module).plan("both").run()).toEqual({ both: [1, 2] });
  });

  test("takes objects with a then for promises", async () => {
    const module = {
      // oxlint-disable-next-line unicorn/no-thenable -- what this is about
      a: () => Object.fromEntries([["then", (done: (value: number) => void) => done(5)]]),
    };

    expect(await graphFrom([module]).plan(["a"]).run()).toEqual({ a: 5 });
  });

  test("lets values go after their last use", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    let made: WeakRef<object> | undefined;
    const module = {
      big: () => {
        const value = { size: 1 };
        made = new WeakRef(value);
        return value;
      },
      small: async ({ big }: { big: object }) => await Promise.resolve(Object.keys(big).length),
      later: async ({ small }: { small: number }) => {
        await new Promise((resolve) => setImmediate(resolve));
        collect();
        return [small, made?.deref()];
      },
    };

    expect(await graph(module).plan("later").run()).toEqual({ later: [1, undefined] });
  });

  test("computes the same in graphs so large that nodes share their values", async () => {
    const count = 1_500;
    const names = Array.from({ length: count }, (_, i) => `n${i}`);
    const { half } = fields(({ n0, start }: { n0: number; start: number }) => ({
      half: (n0 + start) / 2,
    }));
    const module = {
      ...Object.fromEntries(
        names.map((name, i) => [
          name,
          ({ start, extra = 1 }: { start: number; extra?: number }) => start + i * extra,
        ]),
      ),
      half,
      later: async ({ half }: { half: number }) => await Promise.resolve(half + 1),
      blind: (_deps: object) => Object.keys(_deps).length,
      sum: bind(({ parts }: { parts: readonly number[] }) => parts.reduce((a, b) => a + b, 0), {
        parts: group([...names, "later", "blind"]),
      }),
    };
    const plan = graphFrom([module]).plan(["sum", "n7", "half"]);

    expect(await plan.run({ start: 10 })).toEqual({
      sum: 10 * count + (count * (count - 1)) / 2 + 11 + 0,
      n7: 17,
      half: 10,
    });
    expect(
      await plan.run({ start: 10 }, { plugins: [{ name: "p", onNodeEnd: () => undefined }] }),
    ).toEqual(await plan.run({ start: 10 }));
  });

  test("gives a function what it takes, and nothing else", async () => {
    const module = {
      a: () => 1,
      b: () => 2,
      keys: function keys({ a: _a }: { a: number }) {
        // oxlint-disable-next-line prefer-rest-params -- what was really passed
        return Object.keys(arguments[0] as object);
      },
    };

    expect(await graph(module).plan("b", "keys").run()).toEqual({ b: 2, keys: ["a"] });
  });
});

describe("run, when a node fails", () => {
  test.each([
    ["at once", () => fail()],
    ["later", async () => await Promise.reject(new TypeError("bad row"))],
  ])("names the node and keeps the cause, %s", async (_, broken) => {
    const module = { broken, after: ({ broken }: { broken: unknown }) => broken };

    const run = graphFrom([module]).plan(["after"]).run();

    await expect(run).rejects.toBeInstanceOf(NodeError);
    await expect(run).rejects.toMatchObject({
      code: "dag/node-failed",
      node: "broken",
      message: 'node "broken" failed: bad row',
      disposition: "fail",
      cause: { message: "bad row" },
    });
  });

  test("takes the disposition from what the function threw", async () => {
    const module = {
      busy: () => {
        throw new BusyError("busy");
      },
    };

    await expect(graphFrom([module]).plan(["busy"]).run()).rejects.toMatchObject({
      disposition: "retry",
    });
  });

  test("starts nothing more, aborts what runs, and waits for it", async () => {
    const events: string[] = [];
    const module = {
      slow: async (_: object, { signal }: NodeContext) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        events.push("slow stopped");
      },
      broken: async () => await Promise.reject(new Error("first")),
      afterSlow: ({ slow }: { slow: unknown }) => events.push(`never ${String(slow)}`),
      afterBroken: ({ broken }: { broken: unknown }) => events.push(`never ${String(broken)}`),
    };

    const run = graphFrom([module]).plan(["afterSlow", "afterBroken"]).run();
    await expect(run).rejects.toMatchObject({ node: "broken" });

    expect(events).toEqual(["slow stopped"]);
  });

  test("tells the first of two failures", async () => {
    const module = {
      first: async () => await Promise.reject(new Error("first")),
      second: async (_: object, { signal }: NodeContext) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        throw new Error("second");
      },
    };

    await expect(graphFrom([module]).plan(["second", "first"]).run()).rejects.toMatchObject({
      node: "first",
    });
  });
});

describe("runSync", () => {
  test("gives the results at once", () => {
    expect(
      graph({ a: () => 1 })
        .plan("a")
        .runSync(),
    ).toEqual({ a: 1 });
  });

  test("refuses a promise, and leaves none unheard", () => {
    const module = { later: async () => await Promise.reject(new Error("unheard")) };
    const run = (): unknown => graphFrom([module]).plan(["later"]).runSync();

    expect(run).toThrow('node "later" returned a promise in a synchronous run');
    expect(run).toThrow(NodeError);
    expect(new AsyncNodeError("later").code).toBe("dag/async-node");
  });
});

function fail(): never {
  throw new TypeError("bad row");
}
