import { PluginError } from "../errors.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import type { NodeContext } from "../node-context.ts";
import type { NodeFacts } from "../node-facts.ts";
import type { NodeContexts } from "./node-contexts.ts";
import type { NodeChecker, RunnerParts } from "./node-runner.ts";
import type { NodeCall, NodeEnd, NodeStart, Plugin, RunStart } from "./plugin.ts";
import { isThenable } from "./promises.ts";
import type { ValueMemory } from "./value-memory.ts";

type Around = (call: NodeCall, run: () => unknown) => unknown;

type Inputs = Readonly<Record<string, unknown>>;

/** Where a value comes from: the function, or a plugin in its place. */
type ValueState = "succeeded" | "cached";

/** An execution whose end is to be told. */
interface Started extends NodeStart {
  readonly call: WatchedCall;
}

/**
 * Runs nodes inside the plugins' `around`, and tells their hooks when each starts and how it ends.
 *
 * Does for each node as little as the plugins of its run allow: that is what a hook costs.
 */
export class NodeWatch {
  readonly #parts: RunnerParts;
  readonly #contexts: NodeContexts;
  readonly #check: NodeChecker;
  readonly #around: Around | undefined;
  readonly #starts: readonly Plugin[];
  readonly #ends: readonly Plugin[];
  readonly #sinceStartUs: () => number;

  constructor(parts: RunnerParts, contexts: NodeContexts, check: NodeChecker) {
    const { plugins = [] } = parts.options;
    this.#parts = parts;
    this.#contexts = contexts;
    this.#check = check;
    this.#around = composeAround(plugins);
    this.#starts = plugins.filter(({ onNodeStart }) => onNodeStart !== undefined);
    this.#ends = plugins.filter(({ onNodeEnd }) => onNodeEnd !== undefined);
    this.#sinceStartUs = parts.sinceStartUs;
  }

  run(i: number, inputs: Inputs, memory: ValueMemory): unknown {
    const started = this.#started(i, inputs, memory);
    for (const plugin of this.#starts)
      try {
        plugin.onNodeStart?.(started);
      } catch (thrown) {
        throw new PluginError(plugin.name, "onNodeStart", started.call.node.name, thrown);
      }
    if (this.#around === undefined) return this.#plain(i, started, inputs);
    return this.#wrapped(i, started, this.#around);
  }

  /** Tells of a node that does not run, since one before it failed. */
  skip(i: number, inputs: Inputs, memory: ValueMemory, error: unknown): void {
    const { call, startUs } = this.#started(i, inputs, memory);
    this.#tellEnd({ call, startUs, durationUs: 0, state: "skipped", error });
  }

  #started(i: number, inputs: Inputs, memory: ValueMemory): Started {
    const taken = memory.isShared(inputs) ? memory.taken(i) : inputs;
    const call = new WatchedCall({ parts: this.#parts, contexts: this.#contexts, i, taken });
    return { call, startUs: this.#sinceStartUs() };
  }

  /** The function and its checks, with nothing around them. */
  #plain(i: number, started: Started, inputs: Inputs): unknown {
    let value: unknown;
    try {
      value = this.#compute(i, started.call, inputs);
    } catch (error) {
      return this.#fail(started, error);
    }
    if (isThenable(value)) return this.#settle(started, value, () => "succeeded");
    return this.#succeed(started, "succeeded", value);
  }

  /** Inside the plugins; a value that the function did not make is checked here. */
  #wrapped(i: number, started: Started, around: Around): unknown {
    let state: ValueState = "cached";
    const compute = (): unknown => {
      state = "succeeded";
      // a plugin may wait before it goes on: by then only the call has what the node takes
      return this.#compute(i, started.call, started.call.inputs);
    };
    const checked = (value: unknown): unknown =>
      state === "cached" ? this.#check(i, value) : value;
    let value: unknown;
    try {
      const made = around(started.call, compute);
      if (isThenable(made)) return this.#settle(started, made.then(checked), () => state);
      value = checked(made);
    } catch (error) {
      return this.#fail(started, error);
    }
    return this.#succeed(started, state, value);
  }

  #settle(started: Started, made: PromiseLike<unknown>, state: () => ValueState): unknown {
    return made.then(
      (value) => this.#succeed(started, state(), value),
      (error: unknown) => this.#fail(started, error),
    );
  }

  #compute(i: number, call: NodeCall, inputs: Inputs): unknown {
    const { program } = this.#parts;
    const context = program.nodes[i]?.usesContext === true ? call.context : undefined;
    return this.#check(i, program.calls[i]?.(inputs, context));
  }

  #succeed(started: Started, state: ValueState, value: unknown): unknown {
    if (this.#ends.length > 0) {
      const { call, startUs } = started;
      this.#tell(started, { call, startUs, durationUs: this.#sinceUs(startUs), state, value });
    }
    return value;
  }

  #fail(started: Started, error: unknown): never {
    const { call, startUs } = started;
    const state = this.#parts.signal().aborted ? "cancelled" : "failed";
    this.#tell(started, { call, startUs, durationUs: this.#sinceUs(startUs), state, error });
    throw error;
  }

  #tell({ call: { facts } }: Started, ended: NodeEnd): void {
    this.#tellEnd(facts === undefined ? ended : { ...ended, facts });
  }

  #tellEnd(ended: NodeEnd): void {
    for (const plugin of this.#ends)
      try {
        plugin.onNodeEnd?.(ended);
      } catch (thrown) {
        throw new PluginError(plugin.name, "onNodeEnd", ended.call.node.name, thrown);
      }
  }

  #sinceUs(startUs: number): number {
    return this.#sinceStartUs() - startUs;
  }
}

/** What a call is made of. */
interface CallParts {
  readonly parts: RunnerParts;
  readonly contexts: NodeContexts;
  readonly i: number;
  /** What the node takes: by name, or in the order of its keys. */
  readonly taken: Inputs | readonly unknown[];
}

/** A call whose inputs and context are made when somebody asks for them: most never do. */
class WatchedCall implements NodeCall {
  readonly node: GraphNode;
  readonly run: RunStart;
  readonly variant: string;
  readonly items: readonly number[] | undefined;
  readonly #i: number;
  readonly #contexts: NodeContexts;
  readonly #keys: readonly string[];
  #taken: Inputs | readonly unknown[];

  constructor({ parts: { program, start, items }, contexts, i, taken }: CallParts) {
    this.node = program.described[i] as GraphNode; // what the engine added is not watched
    this.run = start;
    this.variant = program.nodes[i]?.variant ?? "";
    this.items = items;
    this.#i = i;
    this.#contexts = contexts;
    this.#keys = program.keys[i] ?? [];
    this.#taken = taken;
  }

  get inputs(): Inputs {
    if (isList(this.#taken)) this.#taken = named(this.#keys, this.#taken);
    return this.#taken;
  }

  get context(): NodeContext {
    return this.#contexts.of(this.#i);
  }

  /** What the node told of this execution. */
  get facts(): NodeFacts | undefined {
    return this.#contexts.factsOf(this.#i);
  }
}

function isList(taken: Inputs | readonly unknown[]): taken is readonly unknown[] {
  return Array.isArray(taken);
}

function named(keys: readonly string[], values: readonly unknown[]): Inputs {
  const inputs: Record<string, unknown> = {};
  for (const [at, key] of keys.entries()) inputs[key] = values[at];
  return inputs;
}

/** One function out of every plugin's `around`, the first outermost; `undefined` when there is none. */
function composeAround(plugins: readonly Plugin[]): Around | undefined {
  const layers = plugins.flatMap(({ around }) => (around === undefined ? [] : [around])).reverse();
  const [innermost, ...outer] = layers;
  if (innermost === undefined) return undefined;
  return outer.reduce<Around>(
    (inner, layer) => (call, run) => layer(call, () => inner(call, run)),
    innermost,
  );
}
