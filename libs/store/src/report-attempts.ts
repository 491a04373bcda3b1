import {
  type EndOutcome,
  type ReportAnswer,
  type ReportRequest,
  TaskRunState,
} from "@weirflow/contracts";
import { sql } from "kysely";
import type { Changes } from "./changes.ts";
import { inTransaction, type Trx } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";
import { RunBatch } from "./run-batch.ts";

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
 * The same report again is answered the same; any other is refused and counted.
 */
export async function reportAttempts(
  store: Store,
  requests: readonly ReportRequest[],
  signal: AbortSignal,
): Promise<Reported> {
  return await inTransaction(store, signal, async (trx) => {
    const batch = await RunBatch.loadByTasks(
      store,
      trx,
      requests.map((request) => request.taskRunId),
    );
    const reported = await reportedTokens(trx, requests);
    const answers = requests.map((request) => take(batch, reported, request));
    batch.advance();
    const changes = await batch.flush(trx);
    const accepted = requests.filter(
      (request, index) => answers[index]?.verdict === "accepted" && request.artifacts.length > 0,
    );
    if (accepted.length > 0) await insertArtifacts(trx, batch, accepted);
    const refused = answers.filter((answer) => answer.verdict === "refused").length;
    if (refused > 0) await count(trx, refused);
    return { answers, changes, refused };
  });
}

function take(batch: RunBatch, reported: Set<string>, request: ReportRequest): ReportAnswer {
  const task = batch.task(request.taskRunId);
  if (task === undefined) return { verdict: "refused", reason: "there is no such task run" };
  const { row } = task;
  if (reported.has(request.claimId)) return { verdict: "accepted", state: row.state };
  if (row.state !== TaskRunState.running || row.claim_id !== request.claimId)
    return {
      verdict: "refused",
      reason: `the token is not the one of a running attempt; the task run is ${row.state}`,
    };
  if (request.outcome === "succeeded") row.outputs = request.outputs;
  const outcome: EndOutcome = request.outcome;
  const end = {
    error: request.error,
    isReported: true,
    backend: request.backend,
    nodeCount: request.nodeCount,
  };
  const decision = batch.decide(
    task,
    { kind: "end", outcome, isRetryable: request.retryable },
    request.error?.message ?? null,
    end,
  );
  if (!decision.ok) return { verdict: "refused", reason: decision.refusal };
  reported.add(request.claimId);
  return { verdict: "accepted", state: decision.state };
}

async function reportedTokens(trx: Trx, requests: readonly ReportRequest[]): Promise<Set<string>> {
  const tokens = requests.map((request) => request.claimId);
  const rows = await trx
    .selectFrom("attempts")
    .select("claim_id")
    .where("claim_id", "=", sql<string>`any(${tokens}::text[])`)
    .where("reported", "=", true)
    .execute();
  return new Set(rows.map((row) => row.claim_id));
}

async function insertArtifacts(
  trx: Trx,
  batch: RunBatch,
  requests: readonly ReportRequest[],
): Promise<void> {
  const attempts = await trx
    .selectFrom("attempts")
    .select(["claim_id", "number"])
    .where(
      "claim_id",
      "in",
      requests.map((r) => r.claimId),
    )
    .execute();
  const numbers = new Map(attempts.map((row) => [row.claim_id, row.number]));
  const values = requests.flatMap((request) =>
    request.artifacts.map((artifact) => ({
      run_id: batch.task(request.taskRunId)?.row.run_id ?? "",
      task_run_id: request.taskRunId,
      attempt: numbers.get(request.claimId) ?? 0,
      key: artifact.key,
      kind: artifact.kind,
      title: artifact.title ?? null,
      media_type: artifact.mediaType,
      file_name: artifact.fileName ?? null,
      blob_hash: artifact.blobHash,
      size_bytes: String(artifact.sizeBytes),
    })),
  );
  await trx
    .insertInto("artifacts")
    .values(values)
    .onConflict((oc) => oc.columns(["task_run_id", "attempt", "key"]).doNothing())
    .execute();
}

async function count(trx: Trx, refused: number): Promise<void> {
  await sql`insert into counters (name, value) values ('reports_refused', ${refused})
    on conflict (name) do update set value = counters.value + excluded.value`.execute(trx);
}

/** How many reports were refused since the database exists. */
export async function countRefused(store: Store): Promise<number> {
  const row = await store.db
    .selectFrom("counters")
    .select("value")
    .where("name", "=", "reports_refused")
    .executeTakeFirst();
  return Number(row?.value ?? 0);
}
