import { SpanKind, SpanStatusCode, type Span } from "@opentelemetry/api";
import type { Grant } from "@weirflow/contracts";
import { isWeirError } from "@weirflow/errors";
import { inSpan } from "@weirflow/telemetry";
import { writeNodeSpans } from "@weirflow/tracing";
import type { AttemptDeps } from "./attempt-deps.ts";
import { CheckpointKeeper } from "./checkpoint-keeper.ts";
import { executeGrant } from "./execute-grant.ts";
import { finishAttempt } from "./finish-attempt.ts";
import { callGraph, nodeSpans } from "./node-spans.ts";
import { StopRequest } from "./stop-request.ts";

/** A worker that drains tells no longer than this, beyond the grace, how its attempts ended. */
const LAST_WORDS_MS = 10_000;

/**
 * Runs one granted attempt from its claim to its report, in one span of the run's trace.
 *
 * 1. The lease is kept from here on until the report is answered, or nobody wants the attempt any more.
 * 2. The order is values, then lineage, then the report: what a report names is stored, and its lineage is complete.
 * 3. An attempt that turns out stale tells nobody anything.
 *
 * @param drained - aborted when the worker gives up on what still runs: the attempt is then reported as released.
 */
export async function runAttempt(
  deps: AttemptDeps,
  grant: Grant,
  drained: AbortSignal,
): Promise<void> {
  const stop = new StopRequest();
  using _lease = deps.beats.keep({
    taskRunId: grant.taskRunId,
    claimId: grant.claimId,
    onCancel: (reason) => stop.ask("cancelled", reason),
    onStale: (reason) => stop.drop(reason),
  });
  using _clock = stopAfter(grant.timeoutMs, stop);
  using lastWords = onDrain(drained, stop, deps.graceMs);
  const signal = AbortSignal.any([stop.stale, lastWords.over]);
  const attributes = spanAttributes(grant);
  await inSpan(
    "weir.task.run",
    { kind: SpanKind.CONSUMER, attributes, parent: { traceparent: grant.traceparent } },
    async (span) => await endToEnd(deps, grant, { stop, signal, span }),
  );
}

interface Running {
  readonly stop: StopRequest;
  /** Ends every wait: nobody wants the result, or nobody can be told. */
  readonly signal: AbortSignal;
  readonly span: Span;
}

async function endToEnd(deps: AttemptDeps, grant: Grant, running: Running): Promise<void> {
  const logger = deps.logger.child({
    runId: grant.runId,
    taskRunId: grant.taskRunId,
    call: grant.call,
    attempt: grant.attempt,
  });
  logger.info("worker.attempt-started");
  const { stop, signal, span } = running;
  const { taskRunId } = grant;
  const store = deps.store.checkpoints;
  const checkpoints = new CheckpointKeeper({ store, taskRunId, logger, signal });
  const executed = await executeGrant(deps, grant, { stop, signal, checkpoints });
  const { end, record, startedAt } = executed;
  const graph = callGraph(deps.flows, grant);
  // the thread that ran them has no tracer
  writeNodeSpans(nodeSpans(record.nodes, graph, grant.attempt), { startedAt });
  span.setAttribute("weir.outcome", end.outcome);
  if (end.outcome !== "succeeded" && end.outcome !== "released")
    span.setStatus({ code: SpanStatusCode.ERROR, message: end.error?.message ?? end.outcome });
  try {
    const verdict = await finishAttempt({ ...deps, logger }, grant, { executed, signal });
    logger.info("worker.attempt-ended", { ...verdict, nodes: record.nodes.length });
    if (verdict.outcome === "succeeded" && verdict.verdict === "accepted")
      await checkpoints.forget();
  } catch (error) {
    if (!isWeirError(error) || error.disposition !== "cancel") throw error;
    const why = stop.stale.aborted ? "worker.attempt-stale" : "worker.attempt-abandoned";
    logger.warn(why, { outcome: end.outcome, reason: String(signal.reason) });
  }
}

function stopAfter(timeoutMs: number | undefined, stop: StopRequest): Disposable {
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop.ask("timed_out", "the timeout of the task"), timeoutMs);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** Releases the attempt when the worker is drained, and bounds what is then still said about it. */
function onDrain(
  drained: AbortSignal,
  stop: StopRequest,
  graceMs: number,
): Disposable & { readonly over: AbortSignal } {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const release = (): void => {
    stop.ask("released", "the worker is stopping");
    timer = setTimeout(() => over.abort("the worker is stopping"), graceMs + LAST_WORDS_MS);
  };
  if (drained.aborted) release();
  else drained.addEventListener("abort", release, { once: true });
  return {
    over: over.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      drained.removeEventListener("abort", release);
    },
  };
}

function spanAttributes(grant: Grant): Record<string, string | number> {
  return {
    "weir.run.id": grant.runId,
    "weir.task_run.id": grant.taskRunId,
    "weir.attempt": grant.attempt,
    "weir.flow": grant.flow,
    "weir.call": grant.call,
    "weir.task": grant.task,
    "weir.pool": grant.pool,
  };
}
