import { didYouMean } from "@weirflow/errors";
import { listNames } from "../errors.ts";
import { resolveNode } from "../node/resolve.ts";
import type { ChoicePoint, ResolveScope } from "../node/resolved-node.ts";
import type { CollectedSubgraph } from "./collect-nodes.ts";
import type { NodeSource } from "./node-source.ts";
import type { GraphProblem } from "./problem.ts";

/** What is wrong with the inputs and the config of subgraphs, also of those inside them. */
export function subgraphProblems(
  subgraphs: readonly CollectedSubgraph[],
  source: NodeSource,
): readonly GraphProblem[] {
  return subgraphs.flatMap((subgraph) => [
    ...ownProblems(subgraph, source),
    ...subgraphProblems(subgraph.inner.subgraphs, source),
  ]);
}

function ownProblems(
  { instance, inner }: CollectedSubgraph,
  source: NodeSource,
): readonly GraphProblem[] {
  const { namespace, bindings, config } = instance;
  const { inputs, choices } = needsOf(inner, source);
  const owner = `subgraph "${namespace}"`;
  const problems: GraphProblem[] = [];
  for (const name of Object.keys(bindings))
    if (!Object.hasOwn(config, name) && !inputs.has(name))
      problems.push({
        code: "dag/unknown-input",
        message: `${owner} binds "${name}", which it does not take${didYouMean(name, inputs)}`,
        node: namespace,
        fix: inputs.size === 0 ? "leave it out" : `its nodes take ${listNames([...inputs])}`,
      });
  for (const [key, value] of Object.entries(config))
    problems.push(...configProblems(owner, key, value, choices));
  return problems;
}

/** What the nodes of a subgraph take from outside, and by what they choose. */
function needsOf(
  { definitions, sources, subgraphs }: CollectedSubgraph["inner"],
  source: NodeSource,
): { readonly inputs: ReadonlySet<string>; readonly choices: readonly ChoicePoint[] } {
  const nested = new Set(subgraphs.map(({ instance }) => instance));
  const scope: ResolveScope = {
    parametersOf: (fn) => source.parametersOf(fn),
    sourceOf: (fn) => sources.get(fn),
    holds: (instance) => nested.has(instance),
  };
  const nodes = [...definitions.values()].map(({ fn }) => resolveNode(fn, new Map(), scope));
  const taken = nodes.flatMap(({ dependencies }) => dependencies.map(({ name }) => name));
  return {
    inputs: new Set(taken.filter((name) => !definitions.has(name))),
    choices: nodes.flatMap((node) => node.choices),
  };
}

function configProblems(
  owner: string,
  key: string,
  value: unknown,
  choices: readonly ChoicePoint[],
): readonly GraphProblem[] {
  const points = choices.filter((point) => point.key === key);
  const keys = [...new Set(choices.map((point) => point.key))];
  if (points.length === 0)
    return [
      {
        code: "dag/unknown-choice",
        message: `${owner} chooses "${key}", by which none of its nodes chooses${didYouMean(key, keys)}`,
        fix: keys.length === 0 ? "leave it out" : `its choices are made by ${listNames(keys)}`,
      },
    ];
  const bad = points.find(({ values, hasOtherwise }) => {
    return !hasOtherwise && !values.includes(String(value));
  });
  if (bad === undefined) return [];
  return [
    {
      code: "dag/unmatched-choice",
      message: `${owner} chooses "${key}" to be "${String(value)}", which has no branch${didYouMean(String(value), bad.values)}`,
      fix: `it is one of ${listNames([...bad.values])}`,
    },
  ];
}
