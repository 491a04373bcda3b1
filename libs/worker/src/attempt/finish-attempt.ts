import type { Grant, LineageHeader, ReportAnswer, ReportRequest } from "@weirflow/contracts";
import { isWeirError, toErrorRecord } from "@weirflow/errors";
import { retry } from "@weirflow/lifecycle";
import { currentCarrier, traceIdOf } from "@weirflow/telemetry";
import type { AttemptDeps } from "./attempt-deps.ts";
import { boundedError } from "./bounded-error.ts";
import type { Executed } from "./execute-grant.ts";
import { type FinishDeps, recordLineage, sendReport } from "./finish.ts";
import { graphHash } from "./graph-hash.ts";
import { lineageChunks } from "./lineage-chunks.ts";
import type { JobEnd } from "./run-in-slot.ts";
import { type StoredResults, storeResults } from "./store-results.ts";

/** What is told, and until when it is tried. */
export interface FinishOptions {
  readonly executed: Executed;
  /** Ends every wait: nobody wants the result, or nobody can be told. */
  readonly signal: AbortSignal;
}

/** How the report was answered. */
export interface FinishVerdict {
  readonly outcome: ReportRequest["outcome"];
  readonly verdict: "accepted" | "refused" | "invalid";
}

const STORING = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 2_000 };
const NOTHING: StoredResults = { outputs: {}, artifacts: [] };

/**
 * Stores the values of an attempt, has its lineage recorded, then reports it: in this order, each until it is answered.
 *
 * An attempt whose values or lineage can never be stored is reported as failed.
 *
 * @throws CancelledError `lifecycle/cancelled` once the signal is aborted.
 */
export async function finishAttempt(
  deps: AttemptDeps,
  grant: Grant,
  { executed, signal }: FinishOptions,
): Promise<FinishVerdict> {
  const finish: FinishDeps = { ...deps, signal };
  const settled = await settle(deps, grant, { executed, signal });
  const report = reportOf(grant, { ...settled, nodeCount: executed.record.nodes.length });
  try {
    return verdictOf(deps, report, await sendReport(report, finish));
  } catch (error) {
    if (signal.aborted || isCancellation(error)) throw error;
    const failed = reportOf(grant, { ...unreported(error), nodeCount: report.nodeCount });
    return verdictOf(deps, failed, await sendReport(failed, finish));
  }
}

function verdictOf(
  { logger }: AttemptDeps,
  { outcome }: ReportRequest,
  answer: ReportAnswer,
): FinishVerdict {
  if (answer.verdict === "invalid") logger.error("worker.report-invalid", { error: answer.error });
  return { outcome, verdict: answer.verdict };
}

function isCancellation(error: unknown): boolean {
  return isWeirError(error) && error.disposition === "cancel";
}

/** What is reported when what should be told cannot be: the attempt counts as failed. */
function unreported(error: unknown): Settled {
  return {
    end: { outcome: "failed", error: toErrorRecord(error), retryable: false },
    stored: NOTHING,
  };
}

interface Settled {
  readonly end: JobEnd;
  readonly stored: StoredResults;
}

/** Values, then lineage. A release leaves neither: the next attempt begins anew. */
async function settle(
  deps: AttemptDeps,
  grant: Grant,
  { executed, signal }: FinishOptions,
): Promise<Settled> {
  const { end } = executed;
  if (end.outcome === "released") return { end, stored: NOTHING };
  try {
    const stored = await storeUntilTaken(deps, end, signal);
    await recordLineage(chunksOf(deps, grant, { executed, stored }), { ...deps, signal });
    return { end, stored };
  } catch (error) {
    if (signal.aborted || isCancellation(error)) throw error;
    deps.logger.error("worker.attempt-not-storable", { error });
    return unreported(error);
  }
}

async function storeUntilTaken(
  { store, logger }: AttemptDeps,
  { result }: JobEnd,
  signal: AbortSignal,
): Promise<StoredResults> {
  if (result === undefined) return NOTHING;
  return await retry(STORING, async () => await storeResults(result, store, signal), {
    signal,
    onRetry: (error) => logger.warn("worker.values-not-stored", { error }),
  });
}

function chunksOf(
  deps: AttemptDeps,
  grant: Grant,
  { executed, stored }: { readonly executed: Executed; readonly stored: StoredResults },
): ReturnType<typeof lineageChunks> {
  const { runId, taskRunId, attempt, claimId } = grant;
  const nodes = executed.record.nodes.map((node) =>
    node.error === undefined ? node : { ...node, error: boundedError(node.error) },
  );
  const header = headerOf(deps, grant, { executed, stored });
  return lineageChunks({ runId, taskRunId, attempt, claimId }, header, nodes);
}

function headerOf(
  { flows, worker }: AttemptDeps,
  grant: Grant,
  { executed, stored }: { readonly executed: Executed; readonly stored: StoredResults },
): LineageHeader {
  const { flow, version, call, task, pool, configs } = grant;
  const { end, record, startedAt, endedAt } = executed;
  const manifest = flows.get(version)?.manifest;
  const graph = manifest?.calls.find(({ id }) => id === call)?.graph ?? { nodes: [], edges: [] };
  const traceId = traceIdOf(currentCarrier());
  const gitCommit = manifest?.source?.gitCommit;
  const backend = end.result?.backend;
  return {
    flow,
    version,
    call,
    task,
    pool,
    configs,
    worker,
    graphHash: graphHash(graph),
    graph,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    outcome: end.outcome === "released" ? "cancelled" : end.outcome,
    inputs: [...record.inputs],
    outputs: Object.entries(stored.outputs).map(([name, ref]) => ({ name, ref })),
    ...(backend === undefined ? {} : { backend }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(gitCommit === undefined ? {} : { gitCommit }),
  };
}

function reportOf(
  { taskRunId, claimId }: Grant,
  { end, stored, nodeCount }: Settled & { readonly nodeCount: number },
): ReportRequest {
  const { outcome, error, retryable, result } = end;
  const isDone = outcome === "succeeded";
  const { traceparent } = currentCarrier();
  const backend = result?.backend?.["name"];
  return {
    v: 1,
    taskRunId,
    claimId,
    outcome,
    outputs: isDone ? stored.outputs : {},
    artifacts: [...stored.artifacts],
    retryable,
    nodeCount,
    ...(error === undefined ? {} : { error: boundedError(error) }),
    ...(typeof backend === "string" ? { backend } : {}),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
