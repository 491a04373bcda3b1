import { SecretValueError } from "../errors.ts";
import type { NodeCall, RunStart } from "../plan/plugin.ts";
import { RunIds } from "./run-ids.ts";

/** What the inputs of a node are known by. */
export interface InputIds {
  readonly ids: Readonly<Record<string, string>>;
  /** Names of inputs without content hash. */
  readonly unknown: readonly string[];
  /** Names of inputs that are or hold a secret. */
  readonly secret: readonly string[];
}

/** A value that has no content hash. */
export interface NoId {
  readonly isSecret: boolean;
  readonly why: string;
}

/** What the values of a run are known by: content hashes, computed once, when a key first needs them. */
export class ValueIds {
  readonly #hash: (value: unknown) => string;
  readonly #byRun = new WeakMap<RunStart, RunIds>();

  constructor(hash: (value: unknown) => string) {
    this.#hash = hash;
  }

  /** Says what the value of a node is known by. */
  set(call: NodeCall, value: unknown, id: string): void {
    this.#idsOf(call.run).set(call.node.name, value, id);
  }

  /** Says that the value of a node does not count in the keys of nodes that take it. */
  ignore(call: NodeCall): void {
    this.#idsOf(call.run).ignore(call.node.name);
  }

  /** Ids of what a node takes, and the names of what has none. */
  ofInputs(call: NodeCall): InputIds {
    const known = this.#idsOf(call.run);
    const ids: Record<string, string> = {};
    const unknown: string[] = [];
    const secret: string[] = [];
    for (const [name, value] of Object.entries(call.inputs)) {
      const id = known.get(name, value) ?? this.of(value);
      if (typeof id === "string") {
        known.set(name, value, id);
        ids[name] = id;
      } else (id.isSecret ? secret : unknown).push(name);
    }
    return { ids, unknown, secret };
  }

  /** The content hash of a value, or why it has none. */
  of(value: unknown): string | NoId {
    try {
      return this.#hash(value);
    } catch (error) {
      // not plain data: whoever asks goes on without
      const why = error instanceof Error ? error.message : String(error);
      return { isSecret: error instanceof SecretValueError, why };
    }
  }

  #idsOf(run: RunStart): RunIds {
    let ids = this.#byRun.get(run);
    if (ids === undefined) this.#byRun.set(run, (ids = new RunIds()));
    return ids;
  }
}
