import type { NodeOptions, Savers } from "../modifier/node.ts";
import type { Fn } from "../typed/module-types.ts";
import { innerFunctions, specOf, type SubgraphInstance } from "./spec.ts";

/** What belongs to a node beside its function. */
export interface NodeParts {
  /** The subgraphs that it takes from. */
  readonly subgraphs: readonly SubgraphInstance[];
  /** Those whose nodes run inside of its function, or of a saver, and are none of the graph: in `bind`, in a step, … */
  readonly hidden: readonly SubgraphInstance[];
  /** The node of a subgraph whose value is its own, by the name inside. */
  readonly leadsTo?: { readonly instance: SubgraphInstance; readonly node: string };
  /** The functions that save its value, by the names that follow its own. */
  readonly savers: Readonly<Record<string, Fn>>;
}

/**
 * What belongs to a node beside its function: the subgraphs that it leads to, and its savers.
 *
 * @example
 * nodeParts(node(total, { save: writeCsv })).savers; // { save: writeCsv }
 */
export function nodeParts(fn: Fn): NodeParts {
  const leadsTo = ledTo(fn);
  const savers = saversIn(fn) ?? {};
  const subgraphs = instancesIn(fn);
  const hidden = instancesBelow([fn, ...Object.values(savers)], new Set(subgraphs));
  return { subgraphs, hidden, savers, ...(leadsTo === undefined ? {} : { leadsTo }) };
}

/** The subgraphs inside all modifiers of some functions, without those that are seen. */
function instancesBelow(
  fns: readonly Fn[],
  seen: ReadonlySet<SubgraphInstance>,
): readonly SubgraphInstance[] {
  const reached = new Set(fns);
  const found = new Set<SubgraphInstance>();
  // a set hands out what is added while it is walked
  for (const fn of reached) {
    const spec = specOf(fn);
    if (spec?.kind === "inner" && !seen.has(spec.instance)) found.add(spec.instance);
    for (const inner of innerFunctions(spec)) reached.add(inner);
  }
  return [...found];
}

function ledTo(fn: Fn): NodeParts["leadsTo"] {
  const spec = specOf(fn);
  if (spec?.kind === "inner") return { instance: spec.instance, node: spec.node };
  const isPlain = spec?.kind === "options" && spec.options.schema === undefined;
  return isPlain ? ledTo(spec.of) : undefined;
}

/** The subgraphs that a node takes from, also in the branches of a choice; not those inside `bind`. */
export function instancesIn(fn: Fn): readonly SubgraphInstance[] {
  const spec = specOf(fn);
  switch (spec?.kind) {
    case "inner":
      return [spec.instance];
    case "part":
    case "options":
      return instancesIn(spec.of);
    case "choose":
      return [...Object.values(spec.branches), spec.otherwise]
        .filter((branch) => branch !== undefined)
        .flatMap(instancesIn);
    default:
      return [];
  }
}

/** The savers of a node, by name; those of an outer `node` take the place of all others. */
export function saversIn(fn: Fn): Readonly<Record<string, Fn>> | undefined {
  const spec = specOf(fn);
  if (spec?.kind !== "options") return undefined;
  const { save }: NodeOptions<never> = spec.options;
  if (save === undefined) return saversIn(spec.of);
  return isFunction(save) ? { save } : save;
}

function isFunction(save: Savers): save is Fn {
  return typeof save === "function";
}
