import { bind } from "../modifier/bind.ts";
import type { NodeOptions, Savers } from "../modifier/node.ts";
import { partName, specOf } from "../node/spec.ts";
import type { Fn } from "../typed/module-types.ts";
import type { NodeDefinition } from "./collect-nodes.ts";

/** Adds a node for each saver of a node: `price.save`, or `price.part` where savers have names. */
export function addSavers(
  definitions: Map<string, NodeDefinition>,
): ReadonlyMap<string, readonly string[]> {
  const added = new Map<string, readonly string[]>();
  // the walk comes to what is added, too: a saver has no savers
  for (const definition of definitions.values()) {
    const savers = saversIn(definition.fn);
    if (savers === undefined) continue;
    const names = Object.entries(savers).map(([part, saver]) => {
      const name = partName(definition.name, part);
      definitions.set(name, { ...definition, name, fn: savingFunction(saver, definition.name) });
      return name;
    });
    added.set(definition.name, names);
  }
  return added;
}

function saversIn(fn: Fn): Readonly<Record<string, Fn>> | undefined {
  const spec = specOf(fn);
  if (spec?.kind !== "options") return undefined;
  const { save }: NodeOptions<never> = spec.options;
  if (save === undefined) return saversIn(spec.of);
  return isFunction(save) ? { save } : save;
}

function isFunction(save: Savers): save is Fn {
  return typeof save === "function";
}

function savingFunction(saver: Fn, name: string): Fn {
  // the type of `node` holds a saver to take the value
  return bind(saver as (deps: { value: unknown }) => unknown, { value: name });
}
