import { GraphError } from "../errors.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import type { NodeSource } from "../graph/node-source.ts";
import type { Reach } from "../graph/reach.ts";
import type { EachOptions } from "../modifier/each.ts";
import { compileScopes } from "./fan-out/compile-scopes.ts";
import { findScopes, scopeNames } from "./fan-out/scopes.ts";
import { layOut, type Program } from "./program.ts";

/** What a program is compiled from. */
export interface CompileParts {
  /** Has no cycle and no open choice. */
  readonly reach: Reach;
  /** Names of the results. */
  readonly outputs: readonly string[];
  /** Nodes that hand out items and are overridden: what is given in their place is handed out. */
  readonly given: ReadonlyMap<string, EachOptions>;
  /** Nodes that run for items and are overridden, each with the node that hands those out. */
  readonly replaced: ReadonlyMap<string, string>;
  readonly describe: NodeSource["describe"];
}

/** A program, and all nodes that it runs, each after all that it needs. */
export interface Compiled {
  readonly program: Program;
  readonly nodes: readonly GraphNode[];
}

/**
 * Compiles what `outputs` need.
 *
 * @throws {@link GraphError} `dag/invalid`, when items of several nodes are mixed up.
 */
export function compileProgram({
  reach,
  outputs,
  given,
  replaced,
  describe,
}: CompileParts): Compiled {
  const scopes = findScopes({ reach, outputs, given, replaced });
  if (scopes !== undefined && scopes.problems.length > 0) throw new GraphError(scopes.problems);
  const units = reach.nodes.map(({ name, node }) => {
    return { name, node, described: describe(name, node, scopeNames(scopes, name)) };
  });
  const nodes = units.map(({ described }) => described);
  if (scopes !== undefined) return { program: compileScopes({ units, outputs, scopes }), nodes };
  const results = outputs.map((name) => ({ name, from: name }));
  return { program: layOut(units, [...reach.inputs.keys()], results), nodes };
}
