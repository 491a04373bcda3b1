import type { EachOptions } from "../modifier/each.ts";
import type { NodeOptions } from "../modifier/node.ts";
import type { Dependency } from "../node/parameters.ts";

/** A node of a graph, for whoever looks at it. */
export interface GraphNode {
  readonly name: string;
  /**
   * `choice`: which function runs is not known yet; `each`: hands out items; `collect`: gathers what was made of them.
   */
  readonly kind: "function" | "choice" | "each" | "collect";
  readonly dependencies: readonly Dependency[];
  readonly options: NodeOptions<never>;
  /** How it hands out items, of the kind `each`. */
  readonly each?: EachOptions;
  /**
   * The nodes for whose items it runs, the outermost first; absent for a node that runs once, and as long as open choices
   * decide it.
   */
  readonly scope?: readonly string[];
  /** Index of the module that exports it. */
  readonly module: number;
  /** The name of that module, where the graph was given names. */
  readonly moduleName?: string;
  /** The export that defines it; differs from `name` for a function shared by `fields` or `columns`. */
  readonly exportName: string;
}

/** A value that a graph or plan takes from outside. */
export interface GraphInput {
  readonly name: string;
  /** `false` when every node that takes it has a default. */
  readonly required: boolean;
  /** Where the value picks a branch: the values that have one. */
  readonly choice?: { readonly values: readonly string[]; readonly hasOtherwise: boolean };
}
