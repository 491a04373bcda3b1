import { describe, expect, test } from "vitest";
import { NodeError, RunCancelledError } from "../../errors.ts";
import { graph, graphFrom } from "../../graph/graph.ts";
import { collect } from "../../modifier/collect.ts";
import { each } from "../../modifier/each.ts";
import { node } from "../../modifier/node.ts";

/** Work that a test ends item by item, in any order. */
class Bench {
  readonly started: number[] = [];
  readonly #open = new Map<number, PromiseWithResolvers<number>>();
  #changed = Promise.withResolvers<void>();

  readonly work = async ({ item }: { item: number }): Promise<number> => {
    const open = Promise.withResolvers<number>();
    this.started.push(item);
    this.#open.set(item, open);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    return await open.promise;
  };

  /** Waits until so many items have been started. */
  async start(count: number): Promise<void> {
    while (this.started.length < count) await this.#changed.promise;
  }

  /** Ends an item with ten times its number, or fails it, once it is worked on. */
  async end(item: number, error?: Error): Promise<void> {
    while (!this.#open.has(item)) await this.#changed.promise;
    if (error === undefined) this.#open.get(item)?.resolve(item * 10);
    else this.#open.get(item)?.reject(error);
  }
}

/** Numbers from 0, and how many of them have been taken; closed when the taker wants no more. */
class Source {
  taken = 0;
  isClosed = false;

  *numbers(end: number): Generator<number> {
    try {
      for (let i = 0; i < end; i++) {
        this.taken++;
        yield i;
      }
    } finally {
      this.isClosed = true;
    }
  }

  async *later(end: number): AsyncGenerator<number> {
    for (const i of this.numbers(end)) yield await Promise.resolve(i);
  }
}

const all = collect(({ made }: { made: readonly number[] }) => made);

describe("items that take time", () => {
  test("are worked on up to the bound, and gathered in their order whatever ends first", async () => {
    const bench = new Bench();
    const source = new Source();
    const module = { item: each(() => source.numbers(4)), made: bench.work, all };
    const result = graph(module).plan("all").run({}, { concurrency: 2 });

    await bench.start(2);
    expect(source.taken).toBe(2);
    await bench.end(1);
    await bench.start(3);
    expect([bench.started, source.taken]).toEqual([[0, 1, 2], 3]);
    await bench.end(2);
    await bench.end(3);
    await bench.end(0);

    expect(await result).toEqual({ all: [0, 10, 20, 30] });
  });

  test("have a bound of their own where the fan-out says so", async () => {
    const bench = new Bench();
    const source = new Source();
    const module = {
      item: each(() => source.later(4), { concurrency: 1 }),
      made: bench.work,
      all,
    };
    const result = graph(module).plan("all").run();

    for (const item of [0, 1, 2, 3]) {
      await bench.start(item + 1);
      expect(source.taken).toBe(item + 1);
      await bench.end(item);
    }
    expect(await result).toEqual({ all: [0, 10, 20, 30] });
  });

  test("share the bound of the run with all else in it", async () => {
    let pending = 0;
    let most = 0;
    const busy = async (): Promise<number> => {
      most = Math.max(most, ++pending);
      await new Promise(setImmediate);
      pending--;
      return 1;
    };
    const module = {
      row: each(() => [1, 2, 3, 4, 5]),
      cell: each(({ row }: { row: number }) => Array.from({ length: row }, (_, i) => i)),
      a: ({ cell }: { cell: number }) => busy().then((one) => cell + one),
      b: ({ cell }: { cell: number }) => busy().then((one) => cell - one),
      sum: collect(
        ({ a, b }: { a: readonly number[]; b: readonly number[] }) => a.length + b.length,
      ),
      total: collect(({ sum }: { sum: readonly number[] }) => sum.reduce((x, y) => x + y, 0)),
      beside: busy,
    };
    const plan = graph(module).plan("total", "beside");

    for (const concurrency of [1, 2, 3, 100]) {
      most = 0;
      expect(await plan.run({}, { concurrency })).toEqual({ total: 30, beside: 1 });
      expect(most).toBeLessThanOrEqual(concurrency);
    }
    expect(most).toBeGreaterThan(3);
  });

  test("are given by functions that take time, and by iterators that do", async () => {
    const source = new Source();
    const module = {
      item: each(async () => await Promise.resolve(source.later(3))),
      made: ({ item }: { item: number }) => item * 10,
      all,
    };

    expect(await graph(module).plan("all", "item").run()).toEqual({
      all: [0, 10, 20],
      item: [0, 1, 2],
    });
    expect(source.isClosed).toBe(true);
  });

  test("hold a key one at a time, also across items", async () => {
    let pending = 0;
    const alone = async ({ item }: { item: number }): Promise<number> => {
      if (pending++ > 0) throw new Error("not alone");
      await new Promise(setImmediate);
      pending--;
      return item * 10;
    };
    const module = {
      item: each(() => [0, 1, 2, 3]),
      made: node(alone, { concurrencyKey: "gpu" }),
      beside: node(() => alone({ item: 7 }), { concurrencyKey: "gpu" }),
      all,
    };

    expect(await graph(module).plan("all", "beside").run()).toEqual({
      all: [0, 10, 20, 30],
      beside: 70,
    });
  });

  test("are tried again, and given up, one by one", async () => {
    const tries: number[] = [];
    const module = {
      item: each(() => [0, 1, 2]),
      made: node(
        ({ item }: { item: number }) => {
          tries.push(item);
          if (item === 1 && tries.filter((tried) => tried === 1).length < 3)
            throw new Error("not yet");
          return item * 10;
        },
        { retries: 3 },
      ),
      all,
    };

    expect(await graph(module).plan("all").run({}, { concurrency: 1 })).toEqual({
      all: [0, 10, 20],
    });
    expect(tries).toEqual([0, 1, 1, 1, 2]);
  });
});

test("100,000 items need no stack, at once and later", async () => {
  const count = 100_000;
  const module = {
    item: each(({ waits }: { waits: boolean }) =>
      waits ? new Source().later(count) : new Source().numbers(count),
    ),
    made: ({ item }: { item: number }) => item + 1,
    last: collect(({ made }: { made: readonly number[] }) => [made.length, made.at(-1)]),
  };
  const plan = graph(module).plan("last");

  expect(plan.runSync({ waits: false })).toEqual({ last: [count, count] });
  expect(await plan.run({ waits: true })).toEqual({ last: [count, count] });
});

describe("a run that stops", () => {
  test("at a failure takes no more items, ends those that are pending, and closes the source", async () => {
    const bench = new Bench();
    const source = new Source();
    const module = { item: each(() => source.numbers(9)), made: bench.work, all };
    const result = graph(module).plan("all").run({}, { concurrency: 3 });
    let isOver = false;
    const over = result.catch((error: unknown) => {
      isOver = true;
      return error;
    });

    await bench.start(3);
    await bench.end(1, new Error("torn"));
    await new Promise(setImmediate);
    expect([isOver, source.isClosed, source.taken]).toEqual([false, true, 3]);
    await bench.end(0);
    await bench.end(2);

    const error = await over;
    expect(error).toBeInstanceOf(NodeError);
    expect(error).toMatchObject({ message: 'node "made" failed at item 1: torn', items: [1] });
    expect(source.taken).toBe(3);
  });

  test("at a failure elsewhere takes no more items", async () => {
    const bench = new Bench();
    const source = new Source();
    const failing = Promise.withResolvers<number>();
    const module = {
      item: each(() => source.later(9)),
      made: bench.work,
      all,
      beside: () => failing.promise,
    };
    const result = graph(module).plan("all", "beside").run({}, { concurrency: 3 });
    const over = result.catch((error: unknown) => error);

    await bench.start(2);
    failing.reject(new Error("elsewhere"));
    await bench.end(0);
    await bench.end(1);

    expect(await over).toMatchObject({ message: 'node "beside" failed: elsewhere' });
    expect(source.taken).toBeLessThan(5);
    await new Promise(setImmediate);
    expect(source.isClosed).toBe(true);
  });

  test("by a signal ends at once, tells what works, and closes the source", async () => {
    const source = new Source();
    const stop = new AbortController();
    const heard: unknown[] = [];
    const started = Promise.withResolvers<void>();
    const module = {
      item: each(() => source.numbers(9)),
      made: async ({ item }: { item: number }, { signal }: { signal: AbortSignal }) => {
        signal.addEventListener("abort", () => heard.push(item));
        if (item === 1) started.resolve();
        await new Promise(() => undefined);
        return item;
      },
      all,
    };
    const result = graph(module).plan("all").run({}, { concurrency: 2, signal: stop.signal });

    await started.promise;
    stop.abort(new Error("no more"));

    await expect(result).rejects.toThrow(RunCancelledError);
    expect([heard, source.isClosed, source.taken]).toEqual([[0, 1], true, 2]);
  });

  test("skips no item for a reason of the run", async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const module = {
      item: each(() => [0, 1, 2], { onError: "skip" }),
      made: async ({ item }: { item: number }) => {
        if (item === 1) stop.abort();
        await new Promise(setImmediate);
        return item;
      },
      all,
    };
    const run = graph(module)
      .plan("all")
      .run({}, { signal: stop.signal, context: { log: (line) => lines.push(line) } });

    await expect(run).rejects.toThrow(RunCancelledError);
    expect(lines).toEqual([]);
  });

  test("skips items that fail later, and goes on", async () => {
    const bench = new Bench();
    const module = {
      item: each(() => [0, 1, 2], { onError: "skip" }),
      made: bench.work,
      all,
    };
    const result = graph(module).plan("all", "item").run({}, { concurrency: 1 });

    await bench.end(0);
    await bench.end(1, new Error("torn"));
    await bench.end(2);

    expect(await result).toEqual({ all: [0, 20], item: [0, 2] });
  });
});

describe("runSync", () => {
  test("refuses what takes time, and says where", () => {
    const later = graphFrom([{ item: each(() => new Source().later(1)) }]).plan(["item"]);
    const inside = graph({
      item: each(() => [1], { onError: "skip" }),
      made: async ({ item }: { item: number }) => await Promise.resolve(item),
      all,
    });

    expect(() => later.runSync()).toThrow(
      'node "item" failed: node "item" returned a promise in a synchronous run',
    );
    expect(() => inside.plan("all").runSync()).toThrow(
      'node "made" failed at item 0: node "made" returned a promise in a synchronous run',
    );
  });
});
