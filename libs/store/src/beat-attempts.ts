import {
  type BeatAnswer,
  type BeatRequest,
  decideAttempt,
  TaskRunState,
} from "@weirflow/contracts";
import { sql } from "kysely";
import { orUnavailable } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";

/**
 * Renews the leases of attempts, in one statement for all requests.
 *
 * It takes no lock of a run, so beats never wait for long; it locks task runs in id order, as every other does.
 *
 * @returns an answer per request: `alive`, `cancel` (renewed too: the worker needs time to stop) or `stale`.
 * @throws {@link DatabaseUnavailableError} `db/unavailable`: ask again.
 */
export async function beatAttempts(
  store: Store,
  requests: readonly BeatRequest[],
  { leaseMs }: { readonly leaseMs: number },
  signal: AbortSignal,
): Promise<readonly BeatAnswer[]> {
  signal.throwIfAborted();
  const keys = requests.flatMap((request) => request.attempts);
  const held = await orUnavailable(async () => await renew(store, keys, leaseMs), signal);
  return requests.map(({ attempts }) => ({
    attempts: attempts.map((key) => ({ ...key, ...verdictOf(held.get(keyOf(key)), key.claimId) })),
  }));
}

type Verdict = Omit<BeatAnswer["attempts"][number], "taskRunId" | "claimId">;

/** @param isCancelling - `undefined` when no running attempt holds the token. */
function verdictOf(isCancelling: boolean | undefined, token: string): Verdict {
  const facts =
    isCancelling === undefined
      ? { taskState: TaskRunState.ready, token: null, isCancelling: false }
      : { taskState: TaskRunState.running, token, isCancelling };
  const decision = decideAttempt(facts, { kind: "beat", token });
  if (!decision.ok) return { verdict: "stale", reason: "the attempt of this token is over" };
  return { verdict: decision.effect === "stop" ? "cancel" : "alive" };
}

function keyOf({ taskRunId, claimId }: { taskRunId: string; claimId: string }): string {
  return `${taskRunId} ${claimId}`;
}

async function renew(
  store: Store,
  keys: BeatRequest["attempts"],
  leaseMs: number,
): Promise<ReadonlyMap<string, boolean>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ id: string; claim_id: string; cancelling: boolean }>`
    with held as (
      select t.id from task_runs t
      join jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("taskRunId" uuid, "claimId" text)
        on t.id = k."taskRunId" and t.claim_id = k."claimId"
      where t.state = 'RUNNING' order by t.id for update of t)
    update task_runs t set lease_until = weir_now() + ${leaseMs} * interval '1 millisecond'
    from held, runs r where t.id = held.id and r.id = t.run_id
    returning t.id, t.claim_id, r.cancelling`.execute(store.db);
  return new Map(
    rows.map((row) => [keyOf({ taskRunId: row.id, claimId: row.claim_id }), row.cancelling]),
  );
}
