import { isTerminal, type RunId, type RunState } from "@weirflow/contracts";
import { type Changes, NO_CHANGES } from "./changes.ts";
import { runStateOf } from "./held-run.ts";
import { inTransaction } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";
import { RunBatch } from "./run-batch.ts";
import { storable } from "./storable.ts";

/** What became of a wish to cancel. */
export interface Cancellation {
  readonly kind: "cancelling" | "cancelled" | "already-over" | "not-found";
  readonly state?: RunState;
  readonly changes: Changes;
}

/** Which run to cancel, why, and how long its workers may take. */
export interface CancelRequest {
  readonly runId: RunId;
  /** @default "cancelled by request" */
  readonly reason?: string | undefined;
  /** After this, running attempts are ended without their workers. */
  readonly graceMs: number;
}

/**
 * Cancels a run: what has not started at once, what runs through its worker, or without it after `graceMs`.
 *
 * Asking again repeats the message to the workers and does not put the deadline off.
 *
 * @throws {@link DatabaseUnavailableError} `db/unavailable`, {@link CommitUnknownError} `db/commit-unknown`: ask again.
 */
export async function cancelRun(
  store: Store,
  { runId, reason = "cancelled by request", graceMs }: CancelRequest,
  signal: AbortSignal,
): Promise<Cancellation> {
  return await inTransaction(store, signal, async (trx) => {
    const batch = await RunBatch.load(store, trx, { runIds: [runId] });
    const run = batch.runs.get(runId);
    if (run === undefined) return { kind: "not-found", changes: NO_CHANGES };
    const decision = batch.cancel(run, graceMs, storable(reason));
    const state = runStateOf(run);
    if (!decision.ok) return { kind: "already-over", state, changes: NO_CHANGES };
    const changes = await batch.flush(trx);
    return { kind: isTerminal(state) ? "cancelled" : "cancelling", state, changes };
  });
}
