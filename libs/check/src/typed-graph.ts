import {
  callNeeds,
  type Dependency,
  type Fn,
  type GraphNode,
  type UntypedGraph,
} from "@weirflow/dataflow";

/** A graph whose edges are to be checked. */
export interface TypedGraph {
  readonly graph: UntypedGraph;
  /** What the graph was made of. */
  readonly modules: readonly object[];
  /** The files of the modules, absolute; empty for a module that is no file. */
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
  /** `node`: made by another call; `part`: made by a node that is no export, and so of unknown type. */
  readonly from: "node" | "input" | "part";
  /** Whether it comes as a list of what was made of each item. */
  readonly isList: boolean;
}

/** Values of choices, by key. */
export type Chosen = Readonly<Record<string, string>>;

/**
 * The calls of a graph in an order in which each has what it needs. Choices are left open, but where fan-outs depend on
 * them: then there is a list of calls for each value of each choice.
 */
export function callsOf(typed: TypedGraph): readonly (readonly CalledNode[])[] {
  const { nodes, inputs } = typed.graph;
  const names = exported(nodes).map(({ name }) => name);
  if (names.length === 0) return [];
  const keys = inputs.flatMap(({ name, choice }) =>
    choice === undefined ? [] : [{ name, choice }],
  );
  const fansOut = nodes.some(({ kind }) => kind === "each" || kind === "collect");
  const chosen = keys.flatMap(({ name, choice }): Chosen[] =>
    choice.values.map((value) => ({ [name]: value })),
  );
  const variants = fansOut && chosen.length > 0 ? chosen : [{}];
  return variants.map((choices) => calls(typed, typed.graph.plan(names, choices).nodes));
}

/** The nodes that are exports, not parts of others. */
export function exported(nodes: readonly GraphNode[]): readonly GraphNode[] {
  return nodes.filter(({ name, exportName }) => name === exportName);
}

function calls({ modules, files }: TypedGraph, nodes: readonly GraphNode[]): readonly CalledNode[] {
  const depths = new Map(nodes.map((node) => [node.name, depthOf(node)]));
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return exported(nodes).map((node) => {
    // the graph was built of these exports
    const fn = (modules[node.module] as Readonly<Record<string, Fn>>)[node.name] as Fn;
    const runsAt = node.scope?.length ?? 0;
    const { dependencies, usesContext } = callNeeds(fn);
    const needs = dependencies.map((need): CalledNeed => {
      const maker = byName.get(need.name);
      const isNode = maker !== undefined && maker.name === maker.exportName;
      const isInside = (depths.get(need.name) ?? 0) > runsAt;
      return {
        ...need,
        from: isNode ? "node" : maker === undefined ? "input" : "part",
        isList: node.kind === "collect" && isInside,
      };
    });
    const file = files[node.module] ?? "";
    return { name: node.name, kind: node.kind, file, needs, usesContext };
  });
}

/** In how many fan-outs the value of a node lies. */
function depthOf({ scope = [], kind }: GraphNode): number {
  return scope.length + (kind === "each" ? 1 : 0);
}
