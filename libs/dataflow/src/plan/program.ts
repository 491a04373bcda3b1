import type { GraphNode } from "../graph/graph-node.ts";
import type { ResolvedNode } from "../node/resolved-node.ts";
import type { NodeFunction } from "../node/spec.ts";
import type { FanOut } from "./fan-out/fan-out.ts";
import { hasChecks } from "./checks.ts";
import { isPlainCall, persistentCall } from "./persistent-call.ts";

/**
 * A plan compiled to flat arrays: node `i` is at index `i` of each, and comes after all that it needs.
 *
 * Values live in numbered slots: those of inputs and overrides first, then one for each node in order.
 */
export interface Program {
  readonly names: readonly string[];
  readonly nodes: readonly ResolvedNode[];
  /** The nodes as plugins see them; `undefined` for what the engine adds: fan-outs, and lists of what they make. */
  readonly described: readonly (GraphNode | undefined)[];
  readonly calls: readonly NodeFunction[];
  /** Keys of the object that node `i` takes. */
  readonly keys: readonly (readonly string[])[];
  /** The slots of those keys: `slots[slotsAt[i]]` up to `slots[slotsAt[i + 1]]`. */
  readonly slots: Int32Array;
  readonly slotsAt: Int32Array;
  /** Names that are given a value before the run, by slot. */
  readonly given: readonly string[];
  /** How often the value in a slot is used, outputs included. */
  readonly uses: Int32Array;
  /** For each node, those that take its value. */
  readonly consumers: readonly (readonly number[])[];
  /** For each node, the number of nodes whose values it takes. */
  readonly waits: Int32Array;
  readonly outputs: readonly { readonly name: string; readonly slot: number }[];
  /** What runs once for each item, by the index of the node that stands for it. */
  readonly fanOuts: ReadonlyMap<number, FanOut>;
  /** Whether a node takes its context, or has checks. */
  readonly usesContext: boolean;
  readonly hasChecks: boolean;
  /** Whether a node has a concurrency key. */
  readonly usesKeys: boolean;
}

/** What a node of a program is made of. */
export interface Unit {
  readonly name: string;
  readonly node: ResolvedNode;
  readonly described: GraphNode | undefined;
  /** Where the value of each dependency comes from, where that is not a node or an input of its name. */
  readonly from?: readonly string[];
  readonly fanOut?: FanOut;
}

/** A result, and the unit or given name that has its value. */
export interface Output {
  readonly name: string;
  readonly from: string;
}

/** Lays units out flat. Each comes after all that it needs; what no unit makes is given. */
export function layOut(
  units: readonly Unit[],
  given: readonly string[],
  outputs: readonly Output[],
): Program {
  const names = units.map((unit) => unit.name);
  const slotOf = new Map([...given, ...names].map((name, slot) => [name, slot]));
  const nodes = units.map(persistent);
  const keys = nodes.map(({ dependencies }) => dependencies.map((dependency) => dependency.name));
  const sources = units.map(({ from }, i) => from ?? keys[i] ?? []);
  // every source is a unit or given
  const slots = Int32Array.from(sources.flat(), (source) => slotOf.get(source) as number);
  // outputs are units, or overridden and so given
  const found = outputs.map(({ name, from }) => ({ name, slot: slotOf.get(from) as number }));
  return {
    names,
    nodes,
    described: units.map((unit) => unit.described),
    calls: nodes.map((node) => node.call),
    keys,
    slots,
    slotsAt: offsets(keys),
    given,
    uses: countUses(slotOf.size, slots, found),
    ...connect(keys, slots, given.length),
    outputs: found,
    fanOuts: new Map(
      units.flatMap(({ fanOut }, i) => (fanOut === undefined ? [] : [[i, fanOut] as const])),
    ),
    usesContext: nodes.some((node) => node.usesContext),
    hasChecks: nodes.some(({ options }) => hasChecks(options)),
    usesKeys: nodes.some((node) => node.options.concurrencyKey !== undefined),
  };
}

function persistent({ name, node }: Unit): ResolvedNode {
  if (isPlainCall(node.options)) return node;
  const call = persistentCall(name, node.call, node.options);
  // a later try reads its dependencies again: from an object of its own, which nobody else writes to
  return { ...node, call, usesContext: true, readsNames: false };
}

function offsets(keys: readonly (readonly string[])[]): Int32Array {
  const at = new Int32Array(keys.length + 1);
  for (const [index, own] of keys.entries()) at[index + 1] = (at[index] ?? 0) + own.length;
  return at;
}

function countUses(
  size: number,
  slots: Int32Array,
  outputs: readonly { readonly slot: number }[],
): Int32Array {
  const uses = new Int32Array(size);
  for (const slot of slots) uses[slot] = (uses[slot] ?? 0) + 1;
  for (const { slot } of outputs) uses[slot] = (uses[slot] ?? 0) + 1;
  return uses;
}

function connect(
  keys: readonly (readonly string[])[],
  slots: Int32Array,
  givenCount: number,
): { consumers: readonly (readonly number[])[]; waits: Int32Array } {
  const consumers: number[][] = keys.map(() => []);
  const waits = new Int32Array(keys.length);
  let at = 0;
  for (const [index, own] of keys.entries())
    for (const slot of slots.subarray(at, (at += own.length))) {
      if (slot < givenCount) continue;
      consumers[slot - givenCount]?.push(index);
      waits[index] = (waits[index] ?? 0) + 1;
    }
  return { consumers, waits };
}
