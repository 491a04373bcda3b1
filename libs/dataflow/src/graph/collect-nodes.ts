import { didYouMean } from "@weirflow/errors";
import { isOverriding } from "../modifier/override.ts";
import type { Fn } from "../typed/module-types.ts";
import { specOf } from "../node/spec.ts";
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
  readonly problems: readonly GraphProblem[];
}

/** Collects the nodes of modules: exported functions, by their names in the module. */
export function collectNodes(
  modules: readonly object[],
  { moduleNames }: GraphOptions,
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
  return { definitions, sources: addSources(definitions), problems };
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
