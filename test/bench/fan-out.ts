/**
 * What `each` and `collect` cost beside a loop written by hand, in nanoseconds an item and node, and the memory that a long
 * stream takes at its peak.
 *
 * Compare columns of one run, not figures of two: the machine's other work is in them.
 *
 * Run with `node --expose-gc --conditions=@weirflow/source test/bench/fan-out.ts`.
 */
import { collect, each, graph, type Plugin } from "@weirflow/dataflow";

const NODES = 3;
const timing: Plugin = { name: "timing", onNodeEnd: () => undefined };

const doubled = ({ item }: { item: number }): number => item * 2;
const shifted = ({ doubled: two }: { doubled: number }): number => two + 1;
const mixed = ({ item, shifted: one }: { item: number; shifted: number }): number =>
  (item + one) % 1_000_003;
const total = collect(({ mixed: all }: { mixed: readonly number[] }) =>
  all.reduce((sum, one) => sum + one, 0),
);

const items = { item: each(numbers), doubled, shifted, mixed, total };
const later = {
  ...items,
  item: each(numbersLater),
  mixed: async ({ item, shifted: one }: { item: number; shifted: number }): Promise<number> =>
    await Promise.resolve(mixed({ item, shifted: one })),
};

const rows: Record<string, Record<string, number>> = {};
for (const count of [100, 10_000, 100_000]) rows[`${count} items`] = await costs(count);
console.table(rows);

/** Nanoseconds an item and node; the peak in MiB over what was there before. */
async function costs(count: number): Promise<Record<string, number>> {
  const atOnce = graph(items).plan("total");
  const inTime = graph(later).plan("total");
  const times = Math.min(100, Math.ceil(300_000 / count));
  const perNode = async (act: () => unknown): Promise<number> =>
    Math.round(((await measure(act, times)) * 1e6) / count / NODES);
  return {
    "by hand": await perNode(() => byHand(count)),
    run: await perNode(() => atOnce.runSync({ count })),
    "run, hooks": await perNode(() => atOnce.runSync({ count }, { plugins: [timing] })),
    "run, async": await perNode(async () => await inTime.run({ count })),
    "peak, MiB": await peak(async () => await inTime.run({ count })),
  };
}

function byHand(count: number): number {
  const all: number[] = [];
  for (const item of numbers({ count }))
    all.push(mixed({ item, shifted: shifted({ doubled: doubled({ item }) }) }));
  return total({ mixed: all });
}

function* numbers({ count }: { count: number }): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}

async function* numbersLater({ count }: { count: number }): AsyncGenerator<number> {
  for (const i of numbers({ count })) yield await Promise.resolve(i);
}

/** Median of the milliseconds that `act` takes. */
async function measure(act: () => unknown, times: number): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    await act();
    taken.push(performance.now() - from);
  }
  return taken.toSorted((a, b) => a - b)[times >> 1] ?? 0;
}

/** The most heap in use while `act` goes on, garbage among it, in MiB over what was there before. */
async function peak(act: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let most = before;
  const look = setInterval(() => (most = Math.max(most, process.memoryUsage().heapUsed)), 1);
  await act();
  clearInterval(look);
  return Math.round((Math.max(most, process.memoryUsage().heapUsed) - before) / 2 ** 20);
}
