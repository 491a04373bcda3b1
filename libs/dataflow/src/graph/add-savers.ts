import { bind } from "../modifier/bind.ts";
import { saversIn } from "../node/node-parts.ts";
import { partName } from "../node/spec.ts";
import type { Fn } from "../typed/module-types.ts";
import type { NodeDefinition } from "./collect-nodes.ts";
import type { GraphProblem } from "./problem.ts";

/** What savers add to a graph. */
export interface AddedSavers {
  /** Names of the savers of a node, by its name. */
  readonly savers: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly GraphProblem[];
}

/** Adds a node for each saver of a node: `price.save`, or `price.part` where savers have names. */
export function addSavers(definitions: Map<string, NodeDefinition>): AddedSavers {
  const savers = new Map<string, readonly string[]>();
  const problems: GraphProblem[] = [];
  // the walk comes to what is added, too: a saver has no savers
  for (const definition of definitions.values()) {
    const own = saversIn(definition.fn);
    if (own === undefined) continue;
    const names = Object.entries(own).map(([part, saver]) => {
      const name = partName(definition.name, part);
      if (definitions.has(name)) problems.push(nameTaken(name, definition.name));
      else
        definitions.set(name, { ...definition, name, fn: savingFunction(saver, definition.name) });
      return name;
    });
    savers.set(definition.name, names);
  }
  return { savers, problems };
}

function nameTaken(name: string, node: string): GraphProblem {
  return {
    code: "dag/duplicate",
    message: `node "${name}" is a saver of "${node}" and another part of it`,
    node: name,
    fix: "give the step of the pipe, or the saver, another name",
  };
}

function savingFunction(saver: Fn, name: string): Fn {
  // the type of `node` holds a saver to take the value
  return bind(saver as (deps: { value: unknown }) => unknown, { value: name });
}
