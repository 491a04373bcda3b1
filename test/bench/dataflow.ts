/**
 * What a graph costs beside calling its functions by hand, in nanoseconds a node.
 *
 * Compare columns of one run, not figures of two: the machine's other work is in them. Hooks are told when a node started
 * and how long it took, so they cost two looks at the clock at least: a column of its own, since that is the machine's.
 *
 * Run with `node --expose-gc --conditions=@weirflow/source test/bench/dataflow.ts`.
 */
import {
  cachePlugin,
  graphFrom,
  memoryCacheStore,
  type Plugin,
  type UntypedPlan,
} from "@weirflow/dataflow";

/** For each node, the nodes before it that it takes. */
type Shape = readonly (readonly number[])[];

/** A function module, and the calls of its functions written out one after the other. */
interface Program {
  readonly module: object;
  readonly byHand: (inputs: { readonly start: number }) => number;
}

const shapes: Readonly<Record<string, (count: number) => Shape>> = {
  chain: (count) => Array.from({ length: count }, (_, i) => (i === 0 ? [] : [i - 1])),
  wide: (count) => Array.from({ length: count }, (_, i) => (i === count - 1 ? range(i) : [])),
  random: (count) => {
    const next = randomNumbers(1);
    return Array.from({ length: count }, (_, i) =>
      i === 0 ? [] : [...new Set([i - 1, Math.floor(next() * i), Math.floor(next() * i)])],
    );
  },
};
const counts = [100, 1_000, 10_000, 100_000];
const timing: Plugin = { name: "timing", onNodeEnd: () => undefined };
const seen = { inputs: {} };
const looking: Plugin = {
  name: "looking",
  onNodeEnd: ({ call }) => void (seen.inputs = call.inputs),
};

for (const [name, shapeOf] of Object.entries(shapes)) {
  const rows: Record<string, Record<string, number>> = {};
  // V8 itself gives up on a function that takes 100,000 values
  for (const count of counts.filter((each) => name !== "wide" || each <= 10_000))
    rows[`${name} of ${count}`] = await costs(shapeOf(count));
  console.table(rows);
}

/** Nanoseconds a node; memory in bytes a node. */
async function costs(shape: Shape): Promise<Record<string, number>> {
  const { module, byHand } = await write(shape);
  const build = (): UntypedPlan => graphFrom([module]).plan([`n${shape.length - 1}`]);
  const { value: plan, bytes } = held(build);
  const given = { start: 1 };
  const times = Math.min(200, Math.ceil(500_000 / shape.length));
  const cache = cachePlugin({
    store: memoryCacheStore({ maxEntries: shape.length }),
    codeVersionOf: ({ name }) => name,
    nowMs: () => 0,
  });
  const perNode = (act: () => unknown, runs: number): number =>
    Math.round((measure(act, runs) * 1e6) / shape.length);
  return {
    "by hand": perNode(() => byHand(given), times),
    run: perNode(() => plan.runSync(given), times),
    "run, hooks": perNode(() => plan.runSync(given, { plugins: [timing] }), times),
    "hooks see inputs": perNode(() => plan.runSync(given, { plugins: [looking] }), times),
    "clock, twice": perNode(() => readClock(2 * shape.length), times),
    "run, cache warm": perNode(() => plan.runSync(given, { plugins: [cache] }), 3),
    "build and plan": perNode(build, 3),
    "plan, bytes": Math.round(bytes / shape.length),
  };
}

/** What `make` gives, and the bytes that it takes, or 0 where they cannot be told. */
function held<T>(make: () => T): { readonly value: T; readonly bytes: number } {
  const collect = globalThis.gc;
  collect?.();
  const before = process.memoryUsage().heapUsed;
  const value = make();
  collect?.();
  const after = process.memoryUsage().heapUsed;
  return { value, bytes: collect === undefined ? 0 : Math.max(0, after - before) };
}

/** Writes the program as text and imports it, so that each node is a function of its own, as in a real module. */
async function write(shape: Shape): Promise<Program> {
  const takes = shape.map((deps) => (deps.length === 0 ? ["start"] : deps.map((dep) => `n${dep}`)));
  const nodes = takes.map(
    (names, i) =>
      `export const n${i} = ({ ${names.join(", ")} }) => (${i} + ${names.join(" + ")}) % 1000003;`,
  );
  const calls = takes.map((names, i) => `const v${i} = n${i}({ ${names.map(call).join(", ")} });`);
  const byHand = `export function _byHand({ start }) {\n${calls.join("\n")}\nreturn v${shape.length - 1};\n}`;
  const text = `${nodes.join("\n")}\n${byHand}\n`;
  const module = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    readonly _byHand: Program["byHand"];
  }; // the text exports it
  return { module, byHand: module._byHand };
}

function call(name: string): string {
  return name === "start" ? "start" : `${name}: v${name.slice(1)}`;
}

function readClock(times: number): number {
  let last = 0;
  for (let i = 0; i < times; i++) last = performance.now();
  return last;
}

/** Median of the milliseconds that `act` takes. */
function measure(act: () => unknown, times: number): number {
  const taken = Array.from({ length: times }, () => {
    const from = performance.now();
    act();
    return performance.now() - from;
  });
  return taken.toSorted((a, b) => a - b)[times >> 1] ?? 0;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
