import type { NodeCall, RunStart } from "../plan/plugin.ts";

/** Stands in keys for a value that does not count in them. */
const IGNORED = "ignored";

/** What the values of a run are known by: content hashes, computed once, when a key first needs them. */
export class ValueIds {
  readonly #hash: (value: unknown) => string;
  readonly #byRun = new WeakMap<RunStart, Map<string, string>>();

  constructor(hash: (value: unknown) => string) {
    this.#hash = hash;
  }

  /** Says what the value of a node is known by. */
  set(call: NodeCall, id: string): void {
    this.#idsOf(call.run).set(call.node.name, id);
  }

  /** Says that the value of a node does not count in the keys of nodes that take it. */
  ignore(call: NodeCall): void {
    this.set(call, IGNORED);
  }

  /** Ids of what a node takes, and the names of what has none. */
  ofInputs(call: NodeCall): {
    readonly ids: Readonly<Record<string, string>>;
    readonly unknown: readonly string[];
  } {
    const known = this.#idsOf(call.run);
    const ids: Record<string, string> = {};
    const unknown: string[] = [];
    for (const [name, value] of Object.entries(call.inputs)) {
      const id = known.get(name) ?? this.of(value);
      if (id === undefined) unknown.push(name);
      else {
        known.set(name, id);
        ids[name] = id;
      }
    }
    return { ids, unknown };
  }

  /** The content hash of a value; `undefined` when it has none. */
  of(value: unknown): string | undefined {
    try {
      return this.#hash(value);
    } catch {
      return undefined; // not plain data: whoever asks goes on without
    }
  }

  #idsOf(run: RunStart): Map<string, string> {
    const ids = this.#byRun.get(run) ?? new Map<string, string>();
    this.#byRun.set(run, ids);
    return ids;
  }
}
