import { node, type NodeContext } from "@weirflow/dataflow";

/** A loader: what it takes in one record, then a context. */
export type LoaderNode<Options, Result> = (options: Options, context: NodeContext) => Result;

/** A node that runs each time, also where values are cached: what it reads may have changed. */
export function eachTime<Options, Result>(
  fn: LoaderNode<Options, Result>,
): LoaderNode<Options, Result> {
  return node(fn as never, { cache: "disable" }) as LoaderNode<Options, Result>; // it is `fn`, marked
}
