import { createContextCache } from "@pothos/core";
import DataLoader from "dataloader";
import type { GatewayContext } from "../context.ts";

/**
 * A loader for a field whose arguments differ from caller to caller: keys with equal arguments share a statement.
 *
 * @param load - loads the lists of these keys; lists in the order of the keys.
 * @example
 * const runsOf = batched<string, PageArgs, Page>((flows, args, context) => …);
 * resolve: (flow, args, context) => runsOf(context, flow.name, args)
 */
export function batched<Key, Args, Value>(
  load: (keys: readonly Key[], args: Args, context: GatewayContext) => Promise<readonly Value[]>,
): (context: GatewayContext, key: Key, args: Args) => Promise<Value> {
  const loaders = createContextCache(
    (_context: GatewayContext) => new Map<string, DataLoader<Key, Value>>(),
  );
  return async (context, key, args) => {
    const shape = JSON.stringify(args);
    const known = loaders(context);
    const loader =
      known.get(shape) ??
      new DataLoader<Key, Value>(async (keys) => await load(keys, args, context));
    known.set(shape, loader);
    return await loader.load(key);
  };
}
