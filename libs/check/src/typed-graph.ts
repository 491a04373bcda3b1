import {
  callNeeds,
  type Dependency,
  type Fn,
  GraphError,
  type GraphNode,
  type GraphProblem,
  type UntypedGraph,
  type UntypedPlan,
} from "@weirflow/dataflow";

/** A graph whose edges are to be checked. */
export interface TypedGraph {
  readonly graph: UntypedGraph;
  /** What the graph was made of. */
  readonly modules: readonly object[];
  /** The files of the modules, absolute, in their order. */
  readonly files: readonly string[];
}

/** A node as the program calls it: an export of a file. */
export interface CalledNode {
  readonly name: string;
  readonly kind: GraphNode["kind"];
  readonly file: string;
  readonly needs: readonly CalledNeed[];
  readonly usesContext: boolean;
}

/** A dependency of a call. */
export interface CalledNeed extends Dependency {
  /** `node`: made by another call; `part`: of a type that is not known, e.g. made by a node that is no export. */
  readonly from: "node" | "input" | "part";
  /** Whether it comes as a list of what was made of each item. */
  readonly isList: boolean;
}

/** Values of choices, by key. */
export type Chosen = Readonly<Record<string, string>>;

/** What a graph calls. */
export interface GraphCalls {
  /** Each list in an order in which each call has what it needs; several where choices decide what runs for items. */
  readonly variants: readonly (readonly CalledNode[])[];
  /** What keeps some values of choices from being planned. */
  readonly problems: readonly ChosenProblem[];
}

/** A problem of a graph that shows only once choices are made. */
export interface ChosenProblem extends GraphProblem {
  readonly chosen: Chosen;
}

/**
 * The calls of a graph. Choices are left open, but in a graph with fan-outs: there each value of each is planned, since
 * which nodes run for items may depend on it.
 */
export function callsOf(typed: TypedGraph): GraphCalls {
  const { graph } = typed;
  const names = exported(graph.nodes).map(({ name }) => name);
  if (names.length === 0) return { variants: [], problems: [] };
  const plans: UntypedPlan[] = [];
  const problems: ChosenProblem[] = [];
  for (const chosen of choicesOf(graph.inputs)) {
    try {
      plans.push(graph.plan(names, chosen));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      problems.push(...error.problems.filter(isFault).map((problem) => ({ ...problem, chosen })));
    }
  }
  const fanning = plans.filter(({ nodes }) => nodes.some(isFan));
  const used = fanning.length === 0 ? [graph.plan(names)] : plans;
  return { variants: used.map((plan) => calls(typed, plan)), problems };
}

/** The first value of every choice, and each other value of one among those. */
function choicesOf(inputs: UntypedGraph["inputs"]): readonly Chosen[] {
  const values = inputs.flatMap(({ name, choice }) =>
    choice === undefined || choice.values.length === 0 ? [] : [[name, choice.values] as const],
  );
  const first = Object.fromEntries(values.map(([name, [value = ""]]) => [name, value]));
  const others = values.flatMap(([name, [, ...rest]]) =>
    rest.map((value) => ({ ...first, [name]: value })),
  );
  return [first, ...others];
}

/** Whether a node hands out items, or gathers what is made of them. */
export function isFan({ kind }: Pick<GraphNode, "kind">): boolean {
  return kind === "each" || kind === "collect";
}

/** That no case fits some values is a mistake of nobody: they need not occur together. */
function isFault({ code }: GraphProblem): boolean {
  return code !== "dag/unmatched-choice";
}

/** The nodes that are exports, not parts of others. */
export function exported(nodes: readonly GraphNode[]): readonly GraphNode[] {
  return nodes.filter(({ name, exportName }) => name === exportName);
}

function calls(
  { modules, files }: TypedGraph,
  { nodes, inputs }: UntypedPlan,
): readonly CalledNode[] {
  const depths = new Map(nodes.map((node) => [node.name, depthOf(node)]));
  const byName = new Map(nodes.map((node) => [node.name, node]));
  // as long as a choice is open, nobody knows what comes as a list
  const isOpen = inputs.some(({ choice }) => choice !== undefined);
  return exported(nodes).map((node) => {
    // the graph was built of these exports
    const fn = (modules[node.module] as Readonly<Record<string, Fn>>)[node.name] as Fn;
    const runsAt = node.scope?.length ?? 0;
    const { dependencies, usesContext } = callNeeds(fn);
    const isCollect = node.kind === "collect";
    const needs = dependencies.map((need): CalledNeed => {
      const maker = byName.get(need.name);
      const isKnown = maker?.name === maker?.exportName && !(isCollect && isOpen);
      const isInside = (depths.get(need.name) ?? 0) > runsAt;
      return {
        ...need,
        from: maker === undefined ? "input" : isKnown ? "node" : "part",
        isList: isCollect && isInside,
      };
    });
    return { name: node.name, kind: node.kind, file: files[node.module] ?? "", needs, usesContext };
  });
}

/** In how many fan-outs the value of a node lies. */
function depthOf({ scope = [], kind }: GraphNode): number {
  return scope.length + (kind === "each" ? 1 : 0);
}
