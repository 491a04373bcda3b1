import type { DeadLetter, SettledAnswer, SettledRequest } from "@weirflow/contracts";
import { sql } from "kysely";
import { orUnavailable } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";
import { storable } from "./storable.ts";

/** Says which attempts were accepted, in the order of the question. */
export async function settledAttempts(
  store: Store,
  request: SettledRequest,
  signal: AbortSignal,
): Promise<SettledAnswer> {
  signal.throwIfAborted();
  const { rows } = await orUnavailable(
    async () =>
      await sql<{ state: SettledAnswer["attempts"][number]["state"] | null }>`
      select case when a.task_run_id is null then 'unknown' when a.state = 'RUNNING' then 'pending'
          when a.number = t.attempt and t.ended_at is not null then 'accepted'
          when a.number = t.attempt and t.state <> 'RUNNING' and t.ended_at is null then 'superseded'
          when a.number < t.attempt then 'superseded' else 'pending' end as state
      from jsonb_to_recordset(${JSON.stringify(request.attempts.map((key, place) => ({ ...key, place })))}::jsonb)
        as k("taskRunId" uuid, attempt int, place int)
      left join attempts a on a.task_run_id = k."taskRunId" and a.number = k.attempt
      left join task_runs t on t.id = a.task_run_id
      order by k.place`.execute(store.db),
  );
  return {
    attempts: request.attempts.map((key, index) => ({
      ...key,
      state: rows[index]?.state ?? "unknown",
    })),
  };
}

/** Keeps a message that can never be handled, with the reason. */
export async function saveDeadLetter(
  store: Store,
  letter: DeadLetter,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const { subject, reason, payload, headers } = storable(letter);
  await orUnavailable(
    async () =>
      await store.db
        .insertInto("dead_letters")
        .values({ subject, reason, payload, headers: JSON.stringify(headers) })
        .execute(),
  );
}

/** The pools that deployed flows use; `cpu` and `gpu` always. */
export async function knownPools(store: Store, signal: AbortSignal): Promise<readonly string[]> {
  signal.throwIfAborted();
  const { rows } = await orUnavailable(
    async () =>
      await sql<{ pool: string }>`select distinct call->>'pool' as pool from deployments d
      join flow_versions v on v.hash = d.version, jsonb_array_elements(v.manifest->'calls') call`.execute(
        store.db,
      ),
  );
  return [...new Set(["cpu", "gpu", ...rows.map((row) => row.pool)])].toSorted();
}
