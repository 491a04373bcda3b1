import { GraphError } from "../errors.ts";
import type { NodeSource } from "../graph/node-source.ts";
import type { GraphProblem } from "../graph/problem.ts";
import { inputsOf } from "../graph/graph-inputs.ts";
import type { ChoiceValue } from "../typed/choice-types.ts";
import type { UntypedPlan, UntypedRunOptions } from "./plan.ts";
import { type CompiledPlan, Planner } from "./planner.ts";
import type { Later } from "./promises.ts";
import { settleAll } from "./settled.ts";
import { startRun } from "./start-run.ts";
import { unknownInputs, unknownOverrides, type Values } from "./run-inputs.ts";

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
  const nodes = planner.describe(whole);
  const needed = nodes.map((node) => node.name);
  const isNode = (name: string): boolean => source.names.has(name);
  const compile = (given: Values, overrides: Values): CompiledPlan =>
    planner.compile({ ...choices, ...given, ...overrides }, new Set(Object.keys(overrides)), [
      ...unknownInputs(given, { inputs, spare, isNode, fixed: choices }),
      ...unknownOverrides(overrides, needed, isNode),
    ]);
  const start = (given: Values, options: UntypedRunOptions, isSync: boolean): Later<Values> => {
    const { overrides = {} } = options;
    const compiled = compile(given, overrides);
    return startRun({ compiled, values: { ...choices, ...given, ...overrides }, options, isSync });
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
      return results(await start(given, options, false), options);
    },
    runSync(given = {}, options = {}) {
      // nothing is waited for in a synchronous run
      return results(start(given, options, true) as Values, options);
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

function results(made: Values, { onError }: UntypedRunOptions): Values {
  return onError === "continue" ? settleAll(made) : made;
}
