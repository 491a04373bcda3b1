import type { NodeOptions } from "../modifier/node.ts";
import type { Dependency } from "../node/parameters.ts";

/** A node of a graph, for whoever looks at it. */
export interface GraphNode {
  readonly name: string;
  /** `choice`: which function runs is not known yet. */
  readonly kind: "function" | "choice";
  readonly dependencies: readonly Dependency[];
  readonly options: NodeOptions<never>;
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
