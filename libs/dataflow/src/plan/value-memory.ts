import type { Program } from "./program.ts";

/** Programs of more nodes share one object of values: an object for each node costs ten times as much by then. */
const SHARED_ABOVE = 1_000;

/** The values of a run; each is let go after its last use. */
export class ValueMemory {
  /** By slot. */
  readonly values: unknown[];
  readonly #program: Program;
  readonly #usesLeft: Int32Array;
  /** The values that are there, by name: given to functions that read their names and nothing else. */
  readonly #shared: Record<string, unknown> | undefined;

  /**
   * @param values - by slot; those that are given are filled in.
   */
  constructor(program: Program, values: unknown[]) {
    this.values = values;
    this.#program = program;
    this.#usesLeft = program.uses.slice();
    if (program.names.length <= SHARED_ABOVE) return;
    this.#shared = Object.create(null) as Record<string, unknown>; // an object without prototype holds names alone
    for (const [slot, name] of program.given.entries()) this.#shared[name] = values[slot];
  }

  /** What node `i` takes, by name; may hold other values too, and is to be read before the node is released. */
  take(i: number): Record<string, unknown> {
    const { slots, slotsAt, keys, nodes } = this.#program;
    if (this.#shared !== undefined && nodes[i]?.readsNames === true) return this.#shared;
    const inputs: Record<string, unknown> = {};
    let at = slotsAt[i] ?? 0;
    for (const key of keys[i] ?? []) inputs[key] = this.values[slots[at++] ?? 0];
    return inputs;
  }

  /** What node `i` takes, in the order of its keys. */
  taken(i: number): readonly unknown[] {
    const { slots, slotsAt } = this.#program;
    const taken: unknown[] = [];
    for (let at = slotsAt[i] ?? 0; at < (slotsAt[i + 1] ?? 0); at++)
      taken.push(this.values[slots[at] ?? 0]);
    return taken;
  }

  /** Whether this object is given to more than one node. */
  isShared(inputs: object): boolean {
    return inputs === this.#shared;
  }

  /** Counts what node `i` took as used once, after its function has read it. */
  release(i: number): void {
    const { slots, slotsAt, keys } = this.#program;
    let at = slotsAt[i] ?? 0;
    for (const key of keys[i] ?? []) {
      const slot = slots[at++] ?? 0;
      const left = (this.#usesLeft[slot] ?? 0) - 1;
      this.#usesLeft[slot] = left;
      if (left > 0) continue;
      this.values[slot] = undefined;
      if (this.#shared !== undefined) this.#shared[key] = undefined;
    }
  }

  /** Keeps what node `i` made. */
  keep(i: number, value: unknown): void {
    const { given, names } = this.#program;
    this.values[given.length + i] = value;
    if (this.#shared !== undefined) this.#shared[names[i] ?? ""] = value;
  }
}
