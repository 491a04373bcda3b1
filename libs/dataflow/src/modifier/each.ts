import { callNode, markNode, specOf } from "../node/spec.ts";
import type { HandsOut, ItemOf, Items } from "../typed/fan-types.ts";
import type { Fn } from "../typed/module-types.ts";

/** How items are worked on. */
export interface EachOptions {
  /** Items that are worked on at once; less than 1 counts as 1. @default that of the run */
  readonly concurrency?: number | undefined;
  /**
   * What a failure does that happens to one item: `fail` ends the run, `skip` leaves the item out of all that is
   * gathered, and tells the log of the node. @default "fail"
   */
  readonly onError?: "fail" | "skip" | undefined;
}

/**
 * A node that hands out items one by one: every node that takes it runs once for each item, and so does all that takes
 * those, up to a {@link collect}. Fan-outs nest.
 *
 * The function gives anything that can be iterated, also asynchronously. Items are taken only as fast as they are worked
 * on, so that a stream of any length needs the memory of a few items and of what is gathered.
 *
 * A node inside that is asked for gives a list, in the order of the items.
 *
 * @throws {@link NotIterableError} `dag/not-iterable`, when a run gets something else from the function.
 * @example
 * export const city = each(({ cities }: { cities: readonly string[] }) => cities);
 * export const forecast = async ({ city }: { city: string }) => await fetchForecast(city);
 * export const warmest = collect(({ forecast }: { forecast: readonly Forecast[] }) => maxBy(forecast, "high"));
 */
export function each<F extends (...args: never[]) => Items | Promise<Items>>(
  fn: F,
  options: EachOptions = {},
): F & HandsOut<ItemOf<F>> {
  const of: Fn = fn;
  const made = markNode({ kind: "fan", of, fan: { kind: "each", options } }, (deps, context) =>
    callNode(of, deps, context),
  );
  // called directly, it is `fn`; that it hands out items stands in its type alone
  return made as unknown as F & HandsOut<ItemOf<F>>;
}

/** Whether a function hands out items, whatever other modifiers say. */
export function handsOut(fn: Fn): boolean {
  const spec = specOf(fn);
  if (spec === undefined || !("of" in spec)) return false;
  return (spec.kind === "fan" && spec.fan.kind === "each") || handsOut(spec.of);
}

/** Another item for each, one by one. What has no items stays as it is. */
export function mapItems(items: unknown, change: (item: unknown) => unknown): unknown {
  if (typeof items !== "object" || items === null) return items;
  if (isAsyncIterable(items)) return mapAsync(items, change);
  return isIterable(items) ? mapSync(items, change) : items;
}

function* mapSync(items: Iterable<unknown>, change: (item: unknown) => unknown): Generator {
  for (const item of items) yield change(item);
}

async function* mapAsync(
  items: AsyncIterable<unknown>,
  change: (item: unknown) => unknown,
): AsyncGenerator {
  for await (const item of items) yield change(item);
}

/** Whether a value hands out items asynchronously. */
export function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value && typeof value[Symbol.asyncIterator] === "function";
}

/** Whether a value hands out items. */
export function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value && typeof value[Symbol.iterator] === "function";
}
