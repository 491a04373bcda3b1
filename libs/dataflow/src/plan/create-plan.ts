import { GraphError } from "../errors.ts";
import type { NodeSource } from "../graph/node-source.ts";
import type { GraphProblem } from "../graph/problem.ts";
import { inputsOf } from "../graph/graph-inputs.ts";
import type { ChoiceValue } from "../typed/choice-types.ts";
import { type Execution, execute, executeSync } from "./execute.ts";
import { createNodeRunner, isWatched } from "./node-runner.ts";
import type { UntypedPlan, UntypedRunOptions } from "./plan.ts";
import type { RunStart } from "./plugin.ts";
import { type CompiledPlan, Planner } from "./planner.ts";
import type { Program } from "./program.ts";
import { settleAll } from "./settled.ts";
import { unknownInputs, unknownOverrides, type Values } from "./run-inputs.ts";

/** @default of `concurrency`. */
const CONCURRENCY = 16;

/**
 * Plans to compute `names`, which are nodes of the source.
 *
 * @throws {@link GraphError} `dag/invalid`, when a choice has no such branch, or what is chosen is a cycle.
 */
export function createPlan(
  source: NodeSource,
  names: readonly string[],
  choices: Readonly<Record<string, ChoiceValue>>,
): UntypedPlan {
  const planner = new Planner(source, names, new Map(Object.entries(choices)));
  const whole = planner.reachAll();
  const inputs = inputsOf(whole).filter(({ name }) => !Object.hasOwn(choices, name));
  const spare = planner.spareInputs();
  const nodes = whole.nodes.map(({ name, node }) => source.describe(name, node));
  const needed = nodes.map((node) => node.name);
  const isNode = (name: string): boolean => source.names.has(name);
  const compile = (given: Values, overrides: Values): CompiledPlan =>
    planner.compile({ ...choices, ...given, ...overrides }, new Set(Object.keys(overrides)), [
      ...unknownInputs(given, { inputs, spare, isNode, fixed: choices }),
      ...unknownOverrides(overrides, needed, isNode),
    ]);
  const start = (given: Values, options: UntypedRunOptions): StartedRun => {
    const { overrides = {} } = options;
    return startRun(compile(given, overrides), { ...choices, ...given, ...overrides }, options);
  };
  return {
    names,
    nodes,
    inputs,
    choices,
    validate(given, { overrides = {} } = {}) {
      return problemsOf(() => compile(given, overrides));
    },
    async run(given = {}, options = {}) {
      const { execution, slots } = start(given, options);
      return results(execution.program, await execute(execution, slots), options);
    },
    runSync(given = {}, options = {}) {
      const { execution, slots } = start(given, options);
      return results(execution.program, executeSync(execution, slots), options);
    },
  };
}

function problemsOf(act: () => unknown): readonly GraphProblem[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof GraphError) return error.problems;
    throw error;
  }
}

interface StartedRun {
  readonly execution: Execution;
  /** The values of the run, those that are given filled in. */
  readonly slots: unknown[];
}

function startRun(
  { program, nodes }: CompiledPlan,
  values: Values,
  options: UntypedRunOptions,
): StartedRun {
  const { signal, concurrency = CONCURRENCY } = options;
  const failing = lazySignal(signal);
  const runStart: RunStart = { nodes, given: given(program, values) };
  const run = createNodeRunner({
    program,
    nodes,
    options,
    start: runStart,
    signal: failing.signal,
  });
  for (const plugin of options.plugins ?? []) plugin.onRunStart?.(runStart);
  const slots = Array.from<unknown>({ length: program.uses.length });
  for (const [slot, name] of program.given.entries()) slots[slot] = values[name];
  const { abort } = failing;
  const execution = {
    program,
    run,
    isWatched: isWatched(options),
    signal,
    concurrency: Math.max(1, concurrency),
    abort,
  };
  return { execution, slots };
}

function given(program: Program, values: Values): Values {
  return Object.fromEntries(
    program.given.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]),
  );
}

/** The signal that functions see: made when one asks for it, since most runs need none. */
function lazySignal(outer: AbortSignal | undefined): {
  readonly signal: () => AbortSignal;
  readonly abort: (reason: unknown) => void;
} {
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

function results(
  { outputs }: Program,
  slots: readonly unknown[],
  { onError }: UntypedRunOptions,
): Values {
  const made = Object.fromEntries(outputs.map(({ name, slot }) => [name, slots[slot]]));
  return onError === "continue" ? settleAll(made) : made;
}
