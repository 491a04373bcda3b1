import { NodeError, PluginError } from "../errors.ts";
import { type Execution, execute, executeSync } from "./execute.ts";
import type { FanOut } from "./fan-out/fan-out.ts";
import { FanOutRun, type ItemResults } from "./fan-out/fan-out-run.ts";
import { Gate } from "./fan-out/gate.ts";
import { itemIterator } from "./fan-out/item-source.ts";
import { KeyLocks } from "./key-locks.ts";
import { createNodeRunner, type ItemTeller } from "./node-runner.ts";
import type { UntypedRunOptions } from "./plan.ts";
import type { CompiledPlan } from "./planner.ts";
import type { RunStart } from "./plugin.ts";
import type { Program } from "./program.ts";
import { andThen, isThenable, type Later } from "./promises.ts";
import { FailedValue } from "./settled.ts";
import { tellingEnd } from "./run-end.ts";
import type { Values } from "./run-inputs.ts";

/** @default of `concurrency`. */
const CONCURRENCY = 16;

/** What a run is started with. */
export interface RunParts {
  readonly compiled: CompiledPlan;
  /** Inputs and overrides, by name. */
  readonly values: Values;
  readonly options: UntypedRunOptions;
  /** Whether a promise is an error. */
  readonly isSync: boolean;
}

/** Runs a compiled plan; gives its results by name, at once or later. */
export function startRun({ compiled, values, options, isSync }: RunParts): Later<Values> {
  const { program, nodes } = compiled;
  const start: RunStart = { nodes, given: givenValues(program, values) };
  const { plugins = [] } = options;
  const sinceStartUs = sinceStart(options);
  const run = new PlanExecution({ start, options, isSync, sinceStartUs });
  const named = (results: ItemResults): Values =>
    Object.fromEntries(program.outputs.map(({ name }, at) => [name, results[at]]));
  return tellingEnd({ run: start, plugins, sinceStartUs }, () => {
    for (const plugin of plugins) plugin.onRunStart?.(start);
    const made = run.execute(
      program,
      program.given.map((name) => values[name]),
    );
    return andThen(made, named);
  });
}

function givenValues(program: Program, values: Values): Values {
  return Object.fromEntries(
    program.given.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]),
  );
}

interface ExecutionParts {
  readonly start: RunStart;
  readonly options: UntypedRunOptions;
  readonly isSync: boolean;
  readonly sinceStartUs: () => number;
}

/** What the programs of one run share: that of the plan, and those that run once for each item. */
class PlanExecution {
  readonly #start: RunStart;
  readonly #options: UntypedRunOptions;
  readonly #isSync: boolean;
  readonly #concurrency: number;
  readonly #gate: Gate;
  readonly #locks = new KeyLocks();
  readonly #failing: FailingSignal;
  readonly #sinceStartUs: () => number;

  constructor({ start, options, isSync, sinceStartUs }: ExecutionParts) {
    this.#start = start;
    this.#options = options;
    this.#isSync = isSync;
    this.#concurrency = Math.max(1, options.concurrency ?? CONCURRENCY);
    this.#gate = new Gate(this.#concurrency);
    this.#failing = failingSignal(options.signal);
    this.#sinceStartUs = sinceStartUs;
  }

  /**
   * The outputs of a program, in its order; of one that runs for an item, with the indices of that.
   *
   * @param given - what it is given, in its order; the run owns it.
   */
  execute(program: Program, given: unknown[], items?: readonly number[]): Later<ItemResults> {
    const execution = this.#executionOf(program, items);
    const made = this.#isSync ? executeSync(execution, given) : execute(execution, given);
    return isThenable(made)
      ? made.then((values) => outputsOf(program, values))
      : outputsOf(program, made);
  }

  #executionOf(program: Program, items: readonly number[] | undefined): Execution {
    const { signal, abort } = this.#failing;
    const run = createNodeRunner({
      program,
      options: this.#options,
      start: this.#start,
      signal,
      sinceStartUs: this.#sinceStartUs,
      items,
      fanOut: (fanOut, inputs, teller) => this.#fanOut(fanOut, inputs, teller, items ?? []),
    });
    const shared = { program, run, gate: this.#gate };
    if (items === undefined)
      return { ...shared, locks: this.#locks, signal: this.#options.signal, abort };
    // whether the failure of an item is one of the run, its fan-out knows
    return { ...shared, locks: this.#locks, stop: signal(), abort: () => undefined, items };
  }

  #fanOut(
    fanOut: FanOut,
    inputs: Values,
    { check, context }: ItemTeller,
    around: readonly number[],
  ): Later<Values | FailedValue> {
    const { each, options } = fanOut;
    const source = inputs[each];
    if (source instanceof FailedValue) return source;
    const sourceError = (thrown: unknown): Error =>
      new NodeError(each, thrown, itemsOrNone(around));
    let iterator;
    try {
      iterator = itemIterator(each, source);
    } catch (thrown) {
      throw sourceError(thrown);
    }
    const { program } = fanOut;
    const given = program.given.map((name) => inputs[name]);
    const itemSlot = program.given.indexOf(each);
    return new FanOutRun({
      fanOut,
      iterator,
      concurrency: Math.max(1, options.concurrency ?? this.#concurrency),
      gate: this.#gate,
      signal: this.#failing.signal(),
      runItem: (index, item) => {
        const items = [...around, index];
        let fine: unknown;
        try {
          fine = check(item);
        } catch (thrown) {
          throw thrown instanceof PluginError ? thrown : new NodeError(each, thrown, items);
        }
        const own = given.slice();
        if (itemSlot >= 0) own[itemSlot] = fine;
        return this.execute(program, own, items);
      },
      sourceError,
      fromOutside: new Set(Object.values(inputs).filter((value) => value instanceof FailedValue)),
      onSkip: (index, error) =>
        context()?.log(`item ${[...around, index].join(".")} is left out: ${error.message}`, {
          node: each,
        }),
    }).run();
  }
}

/** A clock that starts now, where a plugin looks at it. */
function sinceStart({ plugins = [], nowUs = monotonicUs }: UntypedRunOptions): () => number {
  const isRead = plugins.some(
    ({ onNodeStart, onNodeEnd, onRunEnd }) => (onNodeStart ?? onNodeEnd ?? onRunEnd) !== undefined,
  );
  if (!isRead) return () => 0;
  const originUs = nowUs();
  return () => nowUs() - originUs;
}

function monotonicUs(): number {
  return performance.now() * 1_000;
}

function outputsOf({ outputs }: Program, values: readonly unknown[]): ItemResults {
  return outputs.map(({ slot }) => values[slot]);
}

function itemsOrNone(items: readonly number[]): readonly number[] | undefined {
  return items.length === 0 ? undefined : items;
}

interface FailingSignal {
  readonly signal: () => AbortSignal;
  readonly abort: (reason: unknown) => void;
}

/** The signal that functions see: made when one asks for it, since most runs need none. */
function failingSignal(outer: AbortSignal | undefined): FailingSignal {
  let made: { readonly controller: AbortController; readonly signal: AbortSignal } | undefined;
  const make = () => {
    const controller = new AbortController();
    const { signal } = controller;
    return { controller, signal: outer === undefined ? signal : AbortSignal.any([outer, signal]) };
  };
  return {
    signal: () => (made ??= make()).signal,
    abort: (reason) => made?.controller.abort(reason),
  };
}
