import type { GraphNode } from "../../graph/graph-node.ts";
import type { EachOptions } from "../../modifier/each.ts";
import type { Program } from "../program.ts";

/** What runs once for each item of a node. */
export interface FanOut {
  /** The node that hands out the items. */
  readonly each: string;
  readonly options: EachOptions;
  /** The node as plugins see it; `undefined` where it is overridden. */
  readonly described: GraphNode | undefined;
  /** What becomes of each item before anything else; nothing, where the node is overridden. */
  readonly parse?: ((item: unknown) => unknown) | undefined;
  /** Runs for each item, which it is given under the name `each`. Its outputs are gathered. */
  readonly program: Program;
}

/** The lists of what a fan-out made, by the names of its program's outputs. */
export type GatheredLists = Readonly<Record<string, unknown>>;
