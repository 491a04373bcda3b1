import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * What `work` gives, as long as the device holds: the reason of its failure is the error otherwise, whatever became of the
 * work.
 *
 * @param failed - of the back end that the work computes on.
 * @internal
 */
export async function withDevice<T>(failed: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await nextTurn(); // a read that failed is told before the failure of its device
    failed.throwIfAborted();
  }
}
