/**
 * What content hashes cost: gigabytes a second of numbers, microseconds of small values, and of a node whose value is
 * in the cache.
 *
 * Compare rows of one run, not figures of two: the machine's other work is in them.
 *
 * Run with `node --conditions=@weirflow/source test/bench/hash.ts`.
 */
import { createHash } from "node:crypto";
import { cachePlugin, graphFrom, hashValue, memoryCacheStore } from "@weirflow/dataflow";
import { createCodecs, valueHash } from "@weirflow/values";
import { tableFromArrays } from "apache-arrow";

const MIB = 2 ** 20;
const bytes = new Uint8Array(256 * MIB).fill(7);
const floats = new Float64Array(32 * MIB).fill(1.5);
const rows = Array.from({ length: 10_000 }, (_, i) => ({
  id: i,
  name: `row ${i}`,
  ok: i % 2 === 0,
}));
const table = tableFromArrays({ a: new Float64Array(4 * MIB).fill(1), b: new Int32Array(4 * MIB) });
const codecs = createCodecs();

const large: Readonly<Record<string, readonly [sizeBytes: number, act: () => string]>> = {
  "sha-256 alone": [bytes.byteLength, () => createHash("sha256").update(bytes).digest("hex")],
  Uint8Array: [bytes.byteLength, () => hashValue(bytes)],
  Float64Array: [floats.byteLength, () => hashValue(floats)],
  "record of columns": [
    2 * floats.byteLength,
    () => hashValue({ a: floats, b: new Float64Array(floats.buffer) }),
  ],
  "Arrow table": [12 * 4 * MIB, () => valueHash(table, codecs)],
};
const small: Readonly<Record<string, unknown>> = {
  "a number": 1,
  "short text": "the content of a value",
  "a record of five": { a: 1, b: "two", c: [3], d: null, e: new Date(5) },
  "10,000 rows of three": rows,
};

console.table(
  Object.fromEntries(
    Object.entries(large).map(([name, [sizeBytes, act]]) => [
      name,
      { "GB/s": round(sizeBytes / 1e6 / median(act, 5)) },
    ]),
  ),
);
console.table(
  Object.fromEntries(
    Object.entries(small).map(([name, value]) => [
      name,
      { µs: round((median(() => repeat(() => hashValue(value), 20), 15) * 1e3) / 20) },
    ]),
  ),
);
console.table(
  Object.fromEntries([100, 1_000, 10_000].map((count) => [`chain of ${count}`, warm(count)])),
);

/** Microseconds a node, each taking the value of the one before and one input. */
function warm(count: number): Record<string, number> {
  const names = Array.from({ length: count }, (_, i) => `n${i}`);
  const module = Object.fromEntries(
    // functions of their own names, as in a real module
    names.map((name, i) => [name, functionOf(i === 0 ? "start" : `n${i - 1}`)]),
  );
  const plan = graphFrom([module]).plan([`n${count - 1}`]);
  const cache = cachePlugin({
    store: memoryCacheStore({ maxEntries: count }),
    codeVersionOf: ({ name }) => name,
    nowMs: () => 0,
  });
  const run = (): unknown => plan.runSync({ start: 1 }, { plugins: [cache] });
  const perNode = (act: () => unknown, times: number): number =>
    round((median(act, times) * 1e3) / count);
  return { "µs, cold": perNode(run, 1), "µs, warm": perNode(run, 9) };
}

function functionOf(input: string): (deps: Readonly<Record<string, number>>) => number {
  // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- written out, as a module would be
  return new Function(`return ({ ${input} }) => ${input} + 1`)() as ReturnType<typeof functionOf>;
}

function repeat(act: () => unknown, times: number): void {
  for (let i = 0; i < times; i++) act();
}

/** Of the milliseconds that `act` takes. */
function median(act: () => unknown, times: number): number {
  const taken = Array.from({ length: times }, () => {
    const from = performance.now();
    act();
    return performance.now() - from;
  });
  return taken.toSorted((a, b) => a - b)[times >> 1] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
