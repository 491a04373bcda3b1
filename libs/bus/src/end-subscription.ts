import type { Subscription } from "@nats-io/transport-node";
import { aborted } from "@weirflow/lifecycle";
import type { BusParts } from "./bus.ts";

/** Ends a subscription: with what has arrived still handled where the server is there, at once where it is not. */
export async function endSubscription(
  { connection, state }: BusParts,
  subscription: Subscription,
): Promise<void> {
  if (connection.isClosed() || subscription.isClosed()) return;
  // Draining asks the server, so without one it would wait until it is back.
  if (state.isUp) await Promise.race([subscription.drain(), aborted(state.lost)]);
  if (!subscription.isClosed()) subscription.unsubscribe();
}
