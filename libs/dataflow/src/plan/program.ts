import type { Reach, ReachedNode } from "../graph/reach.ts";
import type { ResolvedNode } from "../node/resolve.ts";
import type { NodeFunction } from "../node/spec.ts";
import { isPlainCall, persistentCall } from "./persistent-call.ts";

/**
 * A plan compiled to flat arrays: node `i` is at index `i` of each, and comes after all that it needs.
 *
 * Values live in numbered slots: those of inputs and overrides first, then one for each node in order.
 */
export interface Program {
  readonly names: readonly string[];
  readonly nodes: readonly ResolvedNode[];
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
  readonly usesContext: boolean;
  /** Whether a node has a concurrency key. */
  readonly usesKeys: boolean;
}

/** Compiles what `outputs` need. The reach must have no cycle and no open choice. */
export function compileProgram(
  { nodes: reached, inputs }: Reach,
  outputs: readonly string[],
): Program {
  const nodes = reached.map(persistent);
  const given = [...inputs.keys()];
  const names = nodes.map((node) => node.name);
  const slotOf = new Map([...given, ...names].map((name, slot) => [name, slot]));
  const keys = nodes.map(({ node }) => node.dependencies.map((dependency) => dependency.name));
  // every dependency is a node or an input of the reach
  const slots = Int32Array.from(keys.flat(), (key) => slotOf.get(key) as number);
  const slotsAt = offsets(keys);
  // outputs are nodes of the reach, or overridden and so among its inputs
  const found = outputs.map((name) => ({ name, slot: slotOf.get(name) as number }));
  return {
    names,
    nodes: nodes.map(({ node }) => node),
    calls: nodes.map(({ node }) => node.call),
    keys,
    slots,
    slotsAt,
    given,
    uses: countUses(slotOf.size, slots, found),
    ...connect(keys, slots, given.length),
    outputs: found,
    usesContext: nodes.some(({ node }) => node.usesContext),
    usesKeys: nodes.some(({ node }) => node.options.concurrencyKey !== undefined),
  };
}

function persistent({ name, node }: ReachedNode): ReachedNode {
  if (isPlainCall(node.options)) return { name, node };
  const call = persistentCall(name, node.call, node.options);
  return { name, node: { ...node, call, usesContext: true } };
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
