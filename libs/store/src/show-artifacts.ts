import type { ShowAnswer, ShowRequest } from "@weirflow/contracts";
import { sql } from "kysely";
import { inTransaction, type Trx } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";
import { storable } from "./storable.ts";

/**
 * Shows artifacts of running attempts, each with its own verdict, in the order of the requests.
 *
 * 1. Only the token of the running attempt shows anything: what a stale worker says changes nothing.
 * 2. Of one key, what the attempt saved last is seen, in whatever order the requests come; the report then replaces it.
 * 3. Run rows are locked first, as every change of an attempt does, so no report falls between the look and the write.
 *
 * @throws {@link DatabaseUnavailableError} `db/unavailable`, {@link CommitUnknownError} `db/commit-unknown`: then no
 * request is answered · {@link DataRefusedError} `db/data-refused`: one of them, whichever, can never be taken.
 * @example
 * const [answer] = await showArtifacts(store, [request], signal);
 */
export async function showArtifacts(
  store: Store,
  requests: readonly ShowRequest[],
  signal: AbortSignal,
): Promise<readonly ShowAnswer[]> {
  return await inTransaction(store, signal, async (trx) => {
    const held = await holdAttempts(trx, requests);
    const asked = requests.map((request) => ({
      request,
      attempt: held.get(keyOf(request.taskRunId, request.claimId)),
    }));
    await upsert(
      trx,
      asked.flatMap(({ request, attempt }) => (attempt ? [{ request, attempt }] : [])),
    );
    return asked.map(({ attempt }) => (attempt === undefined ? STALE : { verdict: "shown" }));
  });
}

const STALE: ShowAnswer = { verdict: "stale", reason: "the attempt of this token is over" };

interface HeldAttempt {
  readonly runId: string;
  readonly number: number;
}

interface Shown {
  readonly request: ShowRequest;
  readonly attempt: HeldAttempt;
}

function keyOf(taskRunId: string, claimId: string): string {
  return `${taskRunId} ${claimId}`;
}

/** The attempts that run under their tokens; none of them ends before the transaction does. */
async function holdAttempts(
  trx: Trx,
  requests: readonly ShowRequest[],
): Promise<ReadonlyMap<string, HeldAttempt>> {
  const ids = [...new Set(requests.map(({ taskRunId }) => taskRunId))];
  await sql`select id from runs where id in (select run_id from task_runs where id = any(${ids}::uuid[]))
    order by id for key share`.execute(trx);
  const { rows } = await sql<{ id: string; claim_id: string; run_id: string; attempt: number }>`
    select id, claim_id, run_id, attempt from task_runs
    where id = any(${ids}::uuid[]) and state = 'RUNNING' and claim_id is not null`.execute(trx);
  return new Map(
    rows.map((row) => [keyOf(row.id, row.claim_id), { runId: row.run_id, number: row.attempt }]),
  );
}

/** In the order of the task runs, whose rows the foreign keys lock. */
async function upsert(trx: Trx, shown: readonly Shown[]): Promise<void> {
  if (shown.length === 0) return;
  const rows = shown.map(({ request: { taskRunId, artifact }, attempt }) => {
    const { body, ...described } = artifact;
    const { key, kind, title, mediaType, fileName, sequence } = storable(described);
    return {
      run_id: attempt.runId,
      task_run_id: taskRunId,
      attempt: attempt.number,
      key,
      kind,
      title: title ?? null,
      media_type: mediaType,
      file_name: fileName ?? null,
      sequence,
      body,
    };
  });
  await sql`
    with said as (
      select distinct on (task_run_id, key) r.*, decode(r.body, 'base64') as bytes
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(run_id uuid, task_run_id uuid, attempt int, key text,
        kind text, title text, media_type text, file_name text, sequence int, body text)
      order by task_run_id, key, sequence desc)
    insert into artifacts (run_id, task_run_id, attempt, key, kind, title, media_type, file_name, blob_hash, size_bytes,
      body, sequence)
    select run_id, task_run_id, attempt, key, kind, title, media_type, file_name, encode(sha256(bytes), 'hex'),
      octet_length(bytes), bytes, sequence from said order by task_run_id, key
    on conflict (task_run_id, attempt, key) do update set kind = excluded.kind, title = excluded.title,
      media_type = excluded.media_type, file_name = excluded.file_name, blob_hash = excluded.blob_hash,
      size_bytes = excluded.size_bytes, body = excluded.body, sequence = excluded.sequence, updated_at = weir_now()
    where artifacts.sequence < excluded.sequence`.execute(trx);
}
