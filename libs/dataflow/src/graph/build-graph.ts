import { didYouMean } from "@weirflow/errors";
import { GraphError, listNames } from "../errors.ts";
import type { KnownChoices, ResolvedNode } from "../node/resolved-node.ts";
import { createPlan } from "../plan/create-plan.ts";
import { findScopes, type Scopes, scopeNames } from "../plan/fan-out/scopes.ts";
import type { UntypedPlan } from "../plan/plan.ts";
import type { ChoiceValue } from "../typed/choice-types.ts";
import { collectNodes } from "./collect-nodes.ts";
import { cyclesOf } from "./cycles.ts";
import { describeGraph } from "./describe-graph.ts";
import { diffGraphs } from "./graph-diff.ts";
import { inputsOf } from "./graph-inputs.ts";
import { searchGraph } from "./graph-search.ts";
import type { GraphFacts, GraphOptions, UntypedGraph } from "./graph.ts";
import { createNodeSource, type NodeSource } from "./node-source.ts";
import type { GraphProblem } from "./problem.ts";
import { type Reach, reach } from "./reach.ts";
import { subgraphProblems } from "./subgraph-problems.ts";

/**
 * Builds a graph: reads every node once and refuses what can never run.
 *
 * @throws {@link GraphError} `dag/invalid`, with every problem.
 */
export function buildGraph(modules: readonly object[], options: GraphOptions): UntypedGraph {
  const collected = collectNodes(modules, options);
  const { definitions, savers, problems } = collected;
  const source = createNodeSource(collected, options);
  const from = [...definitions.keys()];
  const nodeOf = (name: string): ResolvedNode | undefined => source.resolve(name, noChoices);
  const all = reach({ from, nodeOf, throughChoices: false });
  const found = [
    ...problems,
    ...subgraphProblems(collected.subgraphs, source),
    ...faultsOf(all),
    ...cyclesOf(all),
  ];
  const whole = all.choices.size === 0 ? all : reach({ from, nodeOf });
  found.push(...madeChoices(whole, source.names));
  const scopes = found.length === 0 && whole.choices.size === 0 ? fanOutsOf(whole) : undefined;
  found.push(...(scopes?.problems ?? []));
  if (found.length > 0) throw new GraphError(found);
  const nodeByName = new Map(whole.nodes.map(({ name, node }) => [name, node]));
  const nodes = from.flatMap((name) => {
    const node = nodeByName.get(name);
    return node === undefined ? [] : [source.describe(name, node, scopeNames(scopes, name))];
  });
  const facts: GraphFacts = { nodes, inputs: inputsOf(whole) };
  return {
    ...facts,
    ...searchGraph(facts),
    toJSON: () => describeGraph(facts),
    diff: (other) => diffGraphs(describeGraph(facts), describeGraph(other)),
    plan: (names, choices = {}, { save = false } = {}) => {
      const saving = save ? names.flatMap((name) => savers.get(name) ?? []) : [];
      return planNodes(source, whole, [...names, ...saving], choices);
    },
  };
}

const noChoices: KnownChoices = new Map();

function fanOutsOf(whole: Reach): Scopes | undefined {
  return findScopes({ reach: whole, outputs: [], given: new Map() });
}

function faultsOf({ nodes }: Reach): readonly GraphProblem[] {
  return nodes.flatMap(({ name, node }) =>
    node.faults.map(({ code, message, fix }) => ({
      code,
      message: `node "${name}" ${message}`,
      node: name,
      fix,
    })),
  );
}

function madeChoices({ choices }: Reach, names: ReadonlySet<string>): readonly GraphProblem[] {
  return [...choices.keys()]
    .filter((key) => names.has(key))
    .map((key) => ({
      code: "dag/made-choice",
      message: `"${key}" picks a branch, so it has to be known before the run, but a node makes it`,
      node: key,
      fix: "make it an input, or compute both branches and pick in a node",
    }));
}

function planNodes(
  source: NodeSource,
  { choices: known }: Reach,
  names: readonly string[],
  choices: Readonly<Record<string, ChoiceValue>>,
): UntypedPlan {
  const problems: GraphProblem[] = [
    ...unknownNodes(names, source.names),
    ...unknownChoices(Object.keys(choices), [...known.keys()]),
  ];
  if (problems.length > 0) throw new GraphError(problems);
  return createPlan(source, [...new Set(names)], choices);
}

function unknownNodes(
  names: readonly string[],
  there: ReadonlySet<string>,
): readonly GraphProblem[] {
  return names
    .filter((name) => !there.has(name))
    .map((name) => ({
      code: "dag/unknown-node",
      message: `no node "${name}"${didYouMean(name, there)}`,
      node: name,
      fix: `the modules make ${listNames([...there])}`,
    }));
}

function unknownChoices(
  keys: readonly string[],
  there: readonly string[],
): readonly GraphProblem[] {
  return keys
    .filter((key) => !there.includes(key))
    .map((key) => ({
      code: "dag/unknown-choice",
      message: `no node chooses by "${key}"${didYouMean(key, there)}`,
      fix: there.length === 0 ? "leave it out" : `choices are made by ${listNames(there)}`,
    }));
}
