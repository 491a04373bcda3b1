import {
  type Dependency,
  type Fn,
  GraphError,
  type GraphNode,
  type GraphProblem,
  type UntypedGraph,
  type UntypedPlan,
} from "@weirflow/dataflow";
import {
  type Callee,
  type Exported,
  type KnownNode,
  type KnownParts,
  knownParts,
  type Meaning,
  type UnknownPart,
} from "./known-parts.ts";

/** A graph whose edges are to be checked. */
export interface TypedGraph {
  readonly graph: UntypedGraph;
  /** What the graph was made of. */
  readonly modules: readonly object[];
  /** The files of the modules, absolute, in their order. */
  readonly files: readonly string[];
}

/** A node as the program calls it. */
export interface CalledNode {
  readonly name: string;
  readonly kind: GraphNode["kind"];
  readonly callee: Callee;
  readonly needs: readonly CalledNeed[];
  readonly usesContext: boolean;
  /** The node whose value is its own: it is not called then. */
  readonly leadsTo?: string;
  /** Whether nothing takes its value: it saves another's. */
  readonly isSaver: boolean;
}

/** A dependency of a call, under the name that the function has for it. */
export interface CalledNeed extends Dependency {
  readonly given: Given;
  /** Whether the function takes it for sure; else it may belong to a branch that a choice has left out. */
  readonly isSure: boolean;
}

/**
 * What a call gets for a dependency. `node`: made by another call; `part`: of a type that is not known, e.g. made by a step
 * of a pipe; `unused`: nothing that runs takes it.
 */
export type Given =
  | {
      readonly from: "node";
      readonly name: string;
      /** Whether it comes as a list of what was made of each item. */
      readonly isList: boolean;
    }
  | { readonly from: "input" | "part"; readonly name: string }
  | { readonly from: "constant"; readonly of: Callee; readonly name: string }
  | {
      readonly from: "group";
      readonly members: readonly { readonly key?: string; readonly given: Given }[];
    }
  | { readonly from: "unused" };

/** Values of choices, by key. */
export type Chosen = Readonly<Record<string, string>>;

/** What a graph calls. */
export interface GraphCalls {
  /** Each list in an order in which each call has what it needs; several where choices decide what runs for items. */
  readonly variants: readonly (readonly CalledNode[])[];
  /** What keeps some values of choices from being planned. */
  readonly problems: readonly ChosenProblem[];
  /** What cannot be called. */
  readonly unknown: readonly UnknownPart[];
}

/** A problem of a graph that shows only once choices are made. */
export interface ChosenProblem extends GraphProblem {
  readonly chosen: Chosen;
}

/**
 * The calls of a graph. Choices are left open, but in a graph with fan-outs: there each value of each is planned, since
 * which nodes run for items may depend on it.
 *
 * @param untyped - keys of functions of which the compiler knows nothing; they are not called.
 */
export function callsOf(typed: TypedGraph, untyped: ReadonlySet<string> = new Set()): GraphCalls {
  const { graph } = typed;
  const parts = knownParts(exportsOf(typed), new Set(graph.nodes.map(({ name }) => name)), untyped);
  const names = exported(graph.nodes).map(({ name }) => name);
  if (names.length === 0) return { variants: [], problems: [], unknown: [] };
  const saving = withSavers(graph, names, parts);
  const plans: UntypedPlan[] = [];
  const problems: ChosenProblem[] = [];
  for (const chosen of choicesOf(graph.inputs)) {
    try {
      plans.push(graph.plan(saving, chosen));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      problems.push(...error.problems.filter(isFault).map((problem) => ({ ...problem, chosen })));
    }
  }
  const fanning = plans.filter(({ nodes }) => nodes.some(isFan));
  const used = fanning.length === 0 ? [graph.plan(saving)] : plans;
  return { variants: used.map((plan) => calls(parts, plan)), problems, unknown: parts.unknown };
}

/** Names of nodes, and of the savers of all that runs for them. */
function withSavers(
  graph: UntypedGraph,
  names: readonly string[],
  { nodes }: KnownParts,
): readonly string[] {
  const running = new Set(graph.upstream(...names));
  const savers = [...nodes.values()].filter(({ name, isSaver, means }) => {
    const saved = means("value");
    return isSaver && !running.has(name) && saved.kind === "value" && running.has(saved.name);
  });
  return [...names, ...savers.map(({ name }) => name)];
}

function exportsOf({ graph, modules, files }: TypedGraph): readonly Exported[] {
  return exported(graph.nodes).map(({ name, module }) => {
    // the graph was built of these exports
    const fn = (modules[module] as Readonly<Record<string, Fn>>)[name] as Fn;
    return { name, fn, file: files[module] ?? "" };
  });
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

/** What is known of a plan by those who call its nodes. */
interface Planned {
  readonly parts: KnownParts;
  readonly byName: ReadonlyMap<string, GraphNode>;
  readonly order: ReadonlyMap<string, number>;
  readonly inputs: ReadonlySet<string>;
  /** As long as a choice is open, nobody knows what comes as a list. */
  readonly isOpen: boolean;
}

function calls(parts: KnownParts, { nodes, inputs }: UntypedPlan): readonly CalledNode[] {
  const planned: Planned = {
    parts,
    byName: new Map(nodes.map((node) => [node.name, node])),
    order: new Map(nodes.map(({ name }, i) => [name, i])),
    inputs: new Set(inputs.map(({ name }) => name)),
    isOpen: inputs.some(({ choice }) => choice !== undefined),
  };
  return nodes.flatMap((node) => {
    const known = parts.nodes.get(node.name);
    return known === undefined ? [] : [called(node, known, planned)];
  });
}

function called(node: GraphNode, known: KnownNode, planned: Planned): CalledNode {
  const { callee, isSaver, leadsTo, call } = known;
  const { dependencies, usesContext } = call ?? { dependencies: [], usesContext: false };
  const sure = takenBy(node, planned);
  const needs = dependencies.map((need): CalledNeed => {
    const given = givenFor(known.means(need.name), node, known, planned);
    return { ...need, given, isSure: callee.kind === "export" || isOf(given, sure) };
  });
  const made = { name: node.name, kind: node.kind, callee, needs, usesContext, isSaver };
  return leadsTo === undefined ? made : { ...made, leadsTo };
}

/** What a node takes, and what those take for it that are not called by themselves. */
function takenBy({ dependencies }: GraphNode, planned: Planned): ReadonlySet<string> {
  const taken = new Set(dependencies.map(({ name }) => name));
  // the walk comes to what is added, too
  for (const name of taken)
    if (!planned.parts.nodes.has(name))
      for (const need of planned.byName.get(name)?.dependencies ?? []) taken.add(need.name);
  return taken;
}

function isOf(given: Given, names: ReadonlySet<string>): boolean {
  if (given.from === "group") return given.members.every((member) => isOf(member.given, names));
  return given.from !== "constant" && given.from !== "unused" && names.has(given.name);
}

function givenFor(meaning: Meaning, node: GraphNode, known: KnownNode, planned: Planned): Given {
  if (meaning.kind === "constant") return { from: "constant", of: meaning.of, name: meaning.name };
  if (meaning.kind === "group")
    return {
      from: "group",
      members: meaning.members.map(({ meaning: of, ...key }) => {
        return { ...key, given: givenFor(of, node, known, planned) };
      }),
    };
  return valueFor(meaning.name, node, known, planned);
}

function valueFor(
  name: string,
  { name: taker, kind, scope = [] }: GraphNode,
  { callee }: KnownNode,
  { parts, byName, order, inputs, isOpen }: Planned,
): Given {
  const maker = byName.get(name);
  if (maker === undefined) {
    const isTaken = callee.kind === "export" || inputs.has(name);
    return isTaken ? { from: "input", name } : { from: "unused" };
  }
  // what is made later is for a branch that a choice has left out
  if ((order.get(name) ?? 0) > (order.get(taker) ?? 0)) return { from: "unused" };
  const isCollect = kind === "collect";
  if (!parts.nodes.has(name) || (isCollect && isOpen)) return { from: "part", name };
  return { from: "node", name, isList: isCollect && depthOf(maker) > scope.length };
}

/** In how many fan-outs the value of a node lies. */
function depthOf({ scope = [], kind }: GraphNode): number {
  return scope.length + (kind === "each" ? 1 : 0);
}
