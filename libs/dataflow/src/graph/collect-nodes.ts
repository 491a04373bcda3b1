import { didYouMean } from "@weirflow/errors";
import { isOverriding } from "../modifier/override.ts";
import type { Fn } from "../typed/module-types.ts";
import {
  callNode,
  type InnerScope,
  markNode,
  partName,
  specOf,
  type SubgraphInstance,
} from "../node/spec.ts";
import { instancesIn } from "../node/node-parts.ts";
import { addPipes } from "./add-pipes.ts";
import { addSavers } from "./add-savers.ts";
import type { GraphOptions } from "./graph.ts";
import type { GraphProblem } from "./problem.ts";

/** One node of a graph, before its parameters are read. */
export interface NodeDefinition {
  readonly name: string;
  readonly fn: Fn;
  /** Index of the module that exports it. */
  readonly module: number;
  /** The export that defines it; differs from the name where `fields` or `columns` share a function. */
  readonly exportName: string;
}

/** The nodes of some modules, and the nodes that run functions shared by `fields` and `columns`. */
export interface CollectedNodes {
  readonly definitions: ReadonlyMap<string, NodeDefinition>;
  /** Names of nodes by the function whose parts other nodes take. */
  readonly sources: ReadonlyMap<Fn, string>;
  /** Names of the nodes that save a node, by its name. */
  readonly savers: ReadonlyMap<string, readonly string[]>;
  /** The parts of the graph whose nodes are nodes under their namespaces. */
  readonly subgraphs: readonly CollectedSubgraph[];
  readonly problems: readonly GraphProblem[];
}

/** A subgraph and its nodes, by their names inside. */
export interface CollectedSubgraph {
  readonly instance: SubgraphInstance;
  /** The first node that leads to it. */
  readonly from: NodeDefinition;
  readonly inner: CollectedNodes;
}

/** Collects the nodes of modules: exported functions, by their names in the module. */
export function collectNodes(
  modules: readonly object[],
  { moduleNames }: GraphOptions,
  within: ReadonlySet<SubgraphInstance> = new Set(),
): CollectedNodes {
  const definitions = new Map<string, NodeDefinition>();
  const problems: GraphProblem[] = [];
  const placeOf = (module: number): string => moduleNames?.[module] ?? `module ${module + 1}`;
  for (const [module, exports] of modules.entries()) {
    const replaces = isOverriding(exports);
    for (const [name, fn] of exportedFunctions(exports)) {
      const known = definitions.get(name);
      if (replaces && known === undefined)
        problems.push(replacesNothing(name, placeOf(module), definitions.keys()));
      if (replaces || known === undefined)
        definitions.set(name, { name, fn, module, exportName: name });
      else problems.push(duplicate(name, placeOf(known.module), placeOf(module)));
    }
  }
  problems.push(...addPipes(definitions));
  const sources = addSources(definitions);
  const added = addSavers(definitions);
  problems.push(...added.problems);
  const savers = new Map(added.savers);
  const subgraphs = collectSubgraphs(definitions, within);
  problems.push(...addInnerNodes(definitions, subgraphs, placeOf));
  for (const { instance, inner } of subgraphs)
    for (const [name, own] of inner.savers)
      savers.set(
        partName(instance.namespace, name),
        own.map((saver) => partName(instance.namespace, saver)),
      );
  return { definitions, sources, savers, subgraphs, problems };
}

function collectSubgraphs(
  definitions: ReadonlyMap<string, NodeDefinition>,
  within: ReadonlySet<SubgraphInstance>,
): readonly CollectedSubgraph[] {
  const found = new Map<SubgraphInstance, CollectedSubgraph>();
  for (const from of definitions.values())
    for (const instance of instancesIn(from.fn))
      if (!found.has(instance)) {
        const inner = within.has(instance)
          ? itself(instance)
          : collectNodes(instance.modules, {}, new Set([...within, instance]));
        found.set(instance, { instance, from, inner });
      }
  return [...found.values()];
}

function itself({ namespace }: SubgraphInstance): CollectedNodes {
  const problem: GraphProblem = {
    code: "dag/cycle",
    message: `subgraph "${namespace}" is a part of itself`,
    fix: "let it take modules that do not export its nodes",
  };
  return {
    definitions: new Map(),
    sources: new Map(),
    savers: new Map(),
    subgraphs: [],
    problems: [problem],
  };
}

/** Adds the nodes of each subgraph under its namespace; gives what is wrong with them. */
function addInnerNodes(
  definitions: Map<string, NodeDefinition>,
  subgraphs: readonly CollectedSubgraph[],
  placeOf: (module: number) => string,
): readonly GraphProblem[] {
  const problems: GraphProblem[] = [];
  const users = new Map<string, string>();
  for (const { instance, from, inner } of subgraphs) {
    const { namespace } = instance;
    const place = `"${from.exportName}" of ${placeOf(from.module)}`;
    const other = users.get(namespace);
    if (other !== undefined) problems.push(duplicateNamespace(namespace, other, place));
    users.set(namespace, other ?? place);
    for (const problem of inner.problems)
      problems.push({ ...problem, message: `in subgraph "${namespace}": ${problem.message}` });
    if (other === undefined) problems.push(...addScoped(definitions, { instance, from, inner }));
  }
  return problems;
}

function addScoped(
  definitions: Map<string, NodeDefinition>,
  { instance, from, inner }: CollectedSubgraph,
): readonly GraphProblem[] {
  const problems: GraphProblem[] = [];
  const scope: InnerScope = {
    instance,
    names: new Set(inner.definitions.keys()),
    sources: inner.sources,
    nested: new Set(inner.subgraphs.map((each) => each.instance)),
  };
  for (const { name, fn } of inner.definitions.values()) {
    const outer = partName(instance.namespace, name);
    if (definitions.has(outer))
      problems.push(
        duplicate(
          outer,
          `a part of a node "${instance.namespace}"`,
          `subgraph "${instance.namespace}"`,
        ),
      );
    definitions.set(outer, { ...from, name: outer, fn: scopedFunction(fn, scope) });
  }
  return problems;
}

function scopedFunction(of: Fn, scope: InnerScope): Fn {
  return markNode({ kind: "scoped", of, scope }, (deps, context) => callNode(of, deps, context));
}

function duplicateNamespace(namespace: string, first: string, second: string): GraphProblem {
  return {
    code: "dag/duplicate",
    message: `namespace "${namespace}" is used by two subgraphs, those of ${first} and of ${second}`,
    node: namespace,
    fix: "give each subgraph a namespace of its own",
  };
}

function exportedFunctions(exports: object): readonly (readonly [string, Fn])[] {
  return Object.entries(exports).filter(
    (entry): entry is [string, Fn] =>
      !entry[0].startsWith("_") && entry[0] !== "default" && isPlainFunction(entry[1]),
  );
}

/** A class is a function too, told by its prototype: only that of a class cannot be replaced. */
function isPlainFunction(exported: unknown): exported is Fn {
  if (typeof exported !== "function") return false;
  return Object.getOwnPropertyDescriptor(exported, "prototype")?.writable !== false;
}

function duplicate(name: string, first: string, second: string): GraphProblem {
  return {
    code: "dag/duplicate",
    message: `node "${name}" is made by ${first} and by ${second}`,
    node: name,
    fix: "rename one of them, leave one module out, or replace on purpose with override(module)",
  };
}

function replacesNothing(name: string, place: string, there: Iterable<string>): GraphProblem {
  const names = [...there];
  return {
    code: "dag/replaces-nothing",
    message: `${place} overrides "${name}", which no earlier module makes${didYouMean(name, names)}`,
    node: name,
    fix: "put new nodes into a module of their own, without override",
  };
}

/** Adds a node for each function whose parts are taken, unless the function is exported as a node itself. */
function addSources(definitions: Map<string, NodeDefinition>): ReadonlyMap<Fn, string> {
  const exported = new Map([...definitions.values()].map(({ fn, name }) => [fn, name]));
  const takers = new Map<Fn, NodeDefinition[]>();
  for (const definition of definitions.values())
    for (const source of sharedFunctions(definition.fn)) {
      const known = takers.get(source) ?? [];
      takers.set(source, [...known, definition]);
    }
  const sources = new Map<Fn, string>();
  for (const [fn, parts] of takers) {
    const name = exported.get(fn) ?? freeName(sourceName(parts), definitions);
    sources.set(fn, name);
    const [first] = parts;
    if (first !== undefined && !definitions.has(name))
      definitions.set(name, { ...first, name, fn });
  }
  return sources;
}

/** Reads like what takes the value apart: `{ test, train }`; no export can have this name. */
function sourceName(parts: readonly NodeDefinition[]): string {
  const names = parts.map((part) => part.name).sort();
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
  return `{ ${shown.join(", ")} }`;
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name} ${i}`;
  return free;
}

/** The functions whose parts a node takes, also in the branches of a choice; not those inside `bind`. */
function sharedFunctions(fn: Fn): readonly Fn[] {
  const spec = specOf(fn);
  switch (spec?.kind) {
    case "part":
      return [spec.of, ...sharedFunctions(spec.of)];
    case "options":
      return sharedFunctions(spec.of);
    case "choose":
      return [...Object.values(spec.branches), spec.otherwise]
        .filter((branch) => branch !== undefined)
        .flatMap(sharedFunctions);
    default:
      return [];
  }
}
