import type { ReportAnswer, ReportRequest } from "@weirflow/contracts";
import { type ErrorRecord, toErrorRecord } from "@weirflow/errors";
import { sql } from "kysely";
import type { Changes } from "./changes.ts";
import { OutputsMissingError } from "./errors.ts";
import type { HeldTask } from "./held-run.ts";
import { inTransaction, orUnavailable, type Trx } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";
import { RunBatch } from "./run-batch.ts";
import { storable } from "./storable.ts";

/** Answers to reports, and how many were refused because their token is not the accepted one. */
export interface Reported {
  readonly answers: readonly ReportAnswer[];
  readonly changes: Changes;
  readonly refused: number;
}

/**
 * Takes the ends of attempts, each with its own verdict, in the order of the requests.
 *
 * R3. A report is accepted only with the token of the running attempt, also after its lease while it is not reaped yet.
 * The same report again is answered `accepted`; any other is refused and counted.
 *
 * @throws {@link DatabaseUnavailableError} `db/unavailable`, {@link CommitUnknownError} `db/commit-unknown`: then no
 * request is answered · {@link DataRefusedError} `db/data-refused`: one of them, whichever, can never be taken.
 * @example
 * const { answers, changes } = await reportAttempts(store, requests, signal);
 */
export async function reportAttempts(
  store: Store,
  requests: readonly ReportRequest[],
  signal: AbortSignal,
): Promise<Reported> {
  return await inTransaction(store, signal, async (trx) => {
    const batch = await RunBatch.loadAsked(store, trx, requests);
    const taken = requests.map((request) => take(batch, request));
    batch.advance();
    const changes = await batch.flush(trx);
    await insertArtifacts(
      trx,
      taken.flatMap(({ ended }) => (ended === undefined ? [] : [ended])),
    );
    const answers = taken.map(({ answer }) => answer);
    const refused = answers.filter((answer) => answer.verdict === "refused").length;
    if (refused > 0) await count(trx, refused);
    return { answers, changes, refused };
  });
}

/** A report that ended an attempt. */
interface Ended {
  readonly request: ReportRequest;
  readonly runId: string;
  readonly attempt: number;
}

interface Taken {
  readonly answer: ReportAnswer;
  readonly ended?: Ended;
}

function take(batch: RunBatch, request: ReportRequest): Taken {
  const task = batch.task(request.taskRunId);
  if (task === undefined) return refuse("there is no such task run");
  const decision = batch.decideAttempt(task, "report", request.claimId);
  if (!decision.ok) return refuse(decision.refusal);
  const { row } = task;
  if (decision.effect === "repeat") return { answer: { verdict: "accepted", state: row.state } };
  const attempt = row.attempt;
  const ended = end(batch, task, request);
  if (!ended.ok) return refuse(ended.refusal);
  const answer = { verdict: "accepted", state: ended.state } as const;
  return { answer, ended: { request, runId: row.run_id, attempt } };
}

function refuse(reason: string): Taken {
  return { answer: { verdict: "refused", reason } };
}

function end(
  batch: RunBatch,
  task: HeldTask,
  request: ReportRequest,
): ReturnType<RunBatch["decide"]> {
  const missing = missingOutputs(task, request);
  const { outcome, error, isRetryable } = missing ?? endOf(request);
  if (outcome === "succeeded") task.row.outputs = request.outputs;
  const { backend, nodeCount } = request;
  const facts = { error, isReported: true, backend, nodeCount };
  return batch.decide(task, { kind: "end", outcome, isRetryable }, error?.message ?? null, facts);
}

interface End {
  readonly outcome: ReportRequest["outcome"];
  readonly error?: ErrorRecord | undefined;
  readonly isRetryable: boolean;
}

function endOf({ outcome, error, retryable }: ReportRequest): End {
  return {
    outcome,
    isRetryable: retryable,
    ...(error === undefined ? {} : { error: storable(error) }),
  };
}

/** R9: a success without all outputs would start successors without their inputs; it is a failure. */
function missingOutputs({ call }: HeldTask, { outcome, outputs }: ReportRequest): End | undefined {
  const missing = call.outputs.filter((name) => !Object.hasOwn(outputs, name));
  if (outcome !== "succeeded" || missing.length === 0) return undefined;
  const { stack: _stack, ...error } = toErrorRecord(new OutputsMissingError(call.id, missing));
  return { outcome: "failed", error, isRetryable: false };
}

/** Takes the place of what was shown while the attempt ran. */
async function insertArtifacts(trx: Trx, ends: readonly Ended[]): Promise<void> {
  const rows = ends.flatMap(({ request, runId, attempt }) =>
    storable(request.artifacts).map((artifact) => ({
      run_id: runId,
      task_run_id: request.taskRunId,
      attempt,
      key: artifact.key,
      kind: artifact.kind,
      title: artifact.title ?? null,
      media_type: artifact.mediaType,
      file_name: artifact.fileName ?? null,
      blob_hash: artifact.blobHash,
      size_bytes: artifact.sizeBytes,
    })),
  );
  if (rows.length === 0) return;
  await sql`insert into artifacts
      (run_id, task_run_id, attempt, key, kind, title, media_type, file_name, blob_hash, size_bytes)
    select distinct on (task_run_id, attempt, key) r.*
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(run_id uuid, task_run_id uuid, attempt int, key text,
      kind text, title text, media_type text, file_name text, blob_hash text, size_bytes bigint)
    on conflict (task_run_id, attempt, key) do update set kind = excluded.kind, title = excluded.title,
      media_type = excluded.media_type, file_name = excluded.file_name, blob_hash = excluded.blob_hash,
      size_bytes = excluded.size_bytes, body = null, sequence = 0, updated_at = weir_now()`.execute(
    trx,
  );
}

async function count(trx: Trx, refused: number): Promise<void> {
  await sql`insert into counters (name, value) values ('reports_refused', ${refused})
    on conflict (name) do update set value = counters.value + excluded.value`.execute(trx);
}

/** How many reports were refused since the database exists. */
export async function countRefused(store: Store): Promise<number> {
  const { rows } = await orUnavailable(
    async () =>
      await sql<{ value: number }>`
        select value::float8 as value from counters where name = 'reports_refused'`.execute(
        store.db,
      ),
  );
  return rows[0]?.value ?? 0;
}
