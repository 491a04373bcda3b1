import { isTerminal, type RunId, type RunState } from "@weirflow/contracts";
import { type Changes, NO_CHANGES } from "./changes.ts";
import { inTransaction } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";
import { RunBatch } from "./run-batch.ts";

/** What became of a wish to cancel. */
export interface Cancellation {
  readonly kind: "cancelling" | "cancelled" | "already-over" | "not-found";
  readonly state?: RunState;
  readonly changes: Changes;
}

/** Cancels a run: what has not started at once, what runs through its worker, or without it after `graceMs`. */
export async function cancelRun(
  store: Store,
  {
    runId,
    reason,
    graceMs,
  }: { readonly runId: RunId; readonly reason?: string | undefined; readonly graceMs: number },
  signal: AbortSignal,
): Promise<Cancellation> {
  return await inTransaction(store, signal, async (trx) => {
    const batch = await RunBatch.load(store, trx, [runId]);
    const run = batch.runs.get(runId);
    if (run === undefined) return { kind: "not-found", changes: NO_CHANGES };
    const before = run.row.state as RunState; // only the batch writes the column
    if (isTerminal(before)) return { kind: "already-over", state: before, changes: NO_CHANGES };
    batch.cancelRun(run, graceMs, reason ?? "cancelled by request");
    batch.advance();
    const changes = await batch.flush(trx);
    const state = run.row.state as RunState; // likewise
    return { kind: isTerminal(state) ? "cancelled" : "cancelling", state, changes };
  });
}
