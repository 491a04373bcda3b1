import { node, type NodeContext } from "@weirflow/dataflow";

/** A loader or saver: what it takes in one record, then a context. */
export type IoNode<Options, Result> = (options: Options, context: NodeContext) => Promise<Result>;

/**
 * A node that runs each time, also where values are cached: what it reads may have changed, what it wrote may be gone.
 *
 * What a loader gives counts in the keys of the nodes that take it, so that they are computed again only if it is new.
 */
export function eachTime<Options, Result>(fn: IoNode<Options, Result>): IoNode<Options, Result> {
  return node(fn as never, { cache: "disable" }) as IoNode<Options, Result>;
}
