import type { BeatAnswer, BeatRequest } from "@weirflow/contracts";
import { sql } from "kysely";
import { orUnavailable } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";

/**
 * Renews the leases of attempts, in one statement for all requests.
 *
 * @returns an answer per request: `alive`, `cancel` (renewed too: the worker needs time to stop) or `stale`.
 */
export async function beatAttempts(
  store: Store,
  requests: readonly BeatRequest[],
  { leaseMs }: { readonly leaseMs: number },
  signal: AbortSignal,
): Promise<readonly BeatAnswer[]> {
  signal.throwIfAborted();
  const keys = requests.flatMap((request) => request.attempts);
  const verdicts = await orUnavailable(async () => await renew(store, keys, leaseMs));
  return requests.map((request) => ({
    attempts: request.attempts.map(({ taskRunId, claimId }) => {
      const isCancelling = verdicts.get(claimId);
      if (isCancelling === undefined) return { taskRunId, claimId, verdict: "stale" as const };
      return {
        taskRunId,
        claimId,
        verdict: isCancelling ? ("cancel" as const) : ("alive" as const),
      };
    }),
  }));
}

async function renew(
  store: Store,
  keys: BeatRequest["attempts"],
  leaseMs: number,
): Promise<ReadonlyMap<string, boolean>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ claim_id: string; cancelling: boolean }>`
    update task_runs t set lease_until = weir_now() + ${leaseMs} * interval '1 millisecond'
    from (select k.* from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("taskRunId" uuid, "claimId" text)) k, runs r
    where t.id = k."taskRunId" and t.claim_id = k."claimId" and t.state = 'RUNNING' and r.id = t.run_id
    returning t.claim_id, r.cancelling`.execute(store.db);
  return new Map(rows.map((row) => [row.claim_id, row.cancelling]));
}
