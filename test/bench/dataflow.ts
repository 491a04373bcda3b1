/**
 * What a graph costs beside calling its functions by hand, in nanoseconds a node.
 *
 * Run with `node --conditions=@weirflow/source test/bench/dataflow.ts`.
 */
import { graphFrom, type Plugin, type UntypedPlan } from "@weirflow/dataflow";

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
const timing: Plugin = { name: "timing", onNodeEnd: () => undefined };

for (const [name, shapeOf] of Object.entries(shapes))
  for (const count of [1_000, 10_000]) await report(name, shapeOf(count));

async function report(name: string, shape: Shape): Promise<void> {
  const { module, byHand } = await write(shape);
  const build = (): UntypedPlan => graphFrom([module]).plan([`n${shape.length - 1}`]);
  const plan = build();
  const given = { start: 1 };
  const results = {
    "by hand": measure(() => byHand(given), 50),
    plan: measure(() => plan.runSync(given), 50),
    "plan with a timing plugin": measure(() => plan.runSync(given, { plugins: [timing] }), 50),
    "graph and plan": measure(build, 3),
  };
  const cells = Object.entries(results).map(
    ([what, ms]) => `${what} ${Math.round((ms * 1e6) / shape.length)}`,
  );
  console.log(`${name} of ${shape.length}, ns a node: ${cells.join(" · ")}`);
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
