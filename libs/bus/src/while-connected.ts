import { unlessAborted } from "@weirflow/lifecycle";
import type { ConnectionState } from "./connection-state.ts";
import { BusUnavailableError } from "./errors.ts";

/**
 * Waits for the connection, then does `work`, which sends something and waits for what comes back: an answer to what was
 * sent over a connection that is lost never comes.
 *
 * @throws {@link BusUnavailableError} `bus/unavailable` when the connection is lost meanwhile: it may have been done all
 * the same · CancelledError `lifecycle/cancelled`.
 */
export async function whileConnected<T>(
  state: ConnectionState,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  await state.whenUp(signal);
  const { lost } = state;
  try {
    return await unlessAborted(work(), AbortSignal.any([signal, lost]));
  } catch (error) {
    if (lost.aborted && !signal.aborted)
      throw new BusUnavailableError("what was sent", lost.reason);
    throw error;
  }
}
