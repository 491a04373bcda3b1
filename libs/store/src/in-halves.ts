import { isWeirError } from "@weirflow/errors";

/** How a batch is handled, and what becomes of a single item that cannot be. */
export interface HalvesOptions<Item, Answer> {
  readonly handle: (items: readonly Item[]) => Promise<readonly Answer[]>;
  readonly onCulprit: (error: unknown, item: Item) => Answer;
}

/**
 * Handles a batch; one that fails on its data is repeated in halves, down to the culprit, so that the others get through.
 *
 * @returns an answer per item, in their order.
 * @throws whatever a retry can help (the database is away): then some items may have been handled, and none is answered.
 * @example
 * const onCulprit = (error: unknown) => ({ verdict: "invalid", error: toErrorRecord(error) }) as const;
 * const answers = await inHalves(requests, { handle: claimAll, onCulprit });
 */
export async function inHalves<Item, Answer>(
  items: readonly Item[],
  options: HalvesOptions<Item, Answer>,
): Promise<readonly Answer[]> {
  if (items.length === 0) return [];
  try {
    return await options.handle(items);
  } catch (error) {
    if (isWeirError(error) && error.disposition !== "fail") throw error;
    const [only] = items;
    if (items.length === 1 && only !== undefined) return [options.onCulprit(error, only)];
    const middle = Math.ceil(items.length / 2);
    const first = await inHalves(items.slice(0, middle), options);
    return [...first, ...(await inHalves(items.slice(middle), options))];
  }
}
