import {
  type ClaimAnswer,
  type ClaimRequest,
  type Grant,
  MAX_MESSAGE_BYTES,
  parseClaimId,
  parseFlowVersion,
  parseRunId,
  parseTaskRunId,
  poolSchema,
  type ResolvedInput,
} from "@weirflow/contracts";
import { toErrorRecord, type WeirError } from "@weirflow/errors";
import { type MadeValue, resolveInput } from "@weirflow/flow";
import type { Changes } from "./changes.ts";
import { InputsTooLargeError } from "./errors.ts";
import type { HeldTask } from "./held-run.ts";
import { inTransaction } from "./in-transaction.ts";
import { LimitUse } from "./limit-use.ts";
import type { Store } from "./open-store.ts";
import { PinnedBodies } from "./pinned-configs.ts";
import { RunBatch } from "./run-batch.ts";

/** What a claim costs and promises. */
export interface ClaimOptions {
  readonly leaseMs: number;
  /** Beyond a task's timeout, before an attempt is ended without its worker. @default 5_000 */
  readonly timeoutGraceMs?: number;
}

/** A worker that lacks a version asks again after this long; others may have it. */
const ELSEWHERE_PAUSE_MS = 2_000;
/** A grant has to fit in one message. */
const MAX_GRANT_BYTES = MAX_MESSAGE_BYTES - 16_384;

interface Context {
  readonly batch: RunBatch;
  readonly limits: LimitUse;
  readonly bodies: PinnedBodies;
  readonly options: ClaimOptions;
}

/**
 * Answers claims, each with its own verdict, in the order of the requests.
 *
 * A request with the token of the running attempt is granted again without a new attempt: a lost answer is simply asked
 * again. Two claims of one task run, in one batch or two: one wins, the other is `gone`.
 *
 * @throws {@link DatabaseUnavailableError} `db/unavailable`, {@link CommitUnknownError} `db/commit-unknown`: then no
 * request is answered.
 * @example
 * const { answers, changes } = await claimTaskRuns(store, requests, { leaseMs: 15_000 }, signal);
 */
export async function claimTaskRuns(
  store: Store,
  requests: readonly ClaimRequest[],
  options: ClaimOptions,
  signal: AbortSignal,
): Promise<{ readonly answers: readonly ClaimAnswer[]; readonly changes: Changes }> {
  return await inTransaction(store, signal, async (trx) => {
    const batch = await RunBatch.loadAsked(store, trx, requests);
    const wanted = requests.flatMap(
      ({ taskRunId }) => batch.task(taskRunId)?.row.concurrency ?? [],
    );
    const limits = await LimitUse.load(trx, wanted);
    const bodies = await PinnedBodies.load(trx, batch.runs.values());
    const context: Context = { batch, limits, bodies, options };
    const answers = requests.map((request) => answer(context, request));
    batch.advance();
    return { answers, changes: await batch.flush(trx) };
  });
}

function answer(context: Context, request: ClaimRequest): ClaimAnswer {
  const { batch, limits, options } = context;
  const task = batch.task(request.taskRunId);
  if (task === undefined) return gone("there is no such task run");
  const { row, run } = task;
  if (row.pool !== request.pool) return gone(`it belongs to the pool "${row.pool}"`);
  const decision = batch.decideAttempt(task, "claim", request.claimId);
  if (!decision.ok) return gone(decision.refusal);
  if (decision.effect === "repeat") {
    batch.renew(task, options.leaseMs);
    return grantOf(context, task);
  }
  if (!request.serves.includes(parseFlowVersion(run.row.version)))
    return elsewhere(batch, task, request.worker);
  const full = limits.firstFull(row.concurrency);
  if (full !== undefined) {
    batch.decide(task, { kind: "limit" }, `the limit of "${full}" is reached`);
    return { verdict: "limited", tag: full };
  }
  return open(context, task, request);
}

function open(context: Context, task: HeldTask, { claimId, worker }: ClaimRequest): ClaimAnswer {
  const { batch, limits, options } = context;
  const { row, call } = task;
  const decision = batch.decide(task, { kind: "claim" });
  if (!decision.ok) return gone(decision.refusal);
  const { leaseMs, timeoutGraceMs = 5_000 } = options;
  const timeoutMs = call.timeoutMs === undefined ? undefined : call.timeoutMs + timeoutGraceMs;
  batch.open(task, { claimId, worker, leaseMs, timeoutMs });
  const grant = grantOf(context, task);
  const sizeBytes = Buffer.byteLength(JSON.stringify(grant));
  if (sizeBytes > MAX_GRANT_BYTES)
    return fail(batch, task, new InputsTooLargeError(call.id, sizeBytes, MAX_GRANT_BYTES));
  limits.take(row.concurrency);
  return grant;
}

/** Ends the attempt at once: no worker could ever be told what it needs. */
function fail(batch: RunBatch, task: HeldTask, error: WeirError): ClaimAnswer {
  const { stack: _stack, ...record } = toErrorRecord(error);
  const end = { kind: "end", outcome: "failed", isRetryable: false } as const;
  batch.decide(task, end, error.message, { error: record });
  return gone(error.message);
}

function elsewhere(batch: RunBatch, task: HeldTask, worker: string): ClaimAnswer {
  const { version, flow } = task.run.row;
  const lacking = `"${worker}" of the pool "${task.row.pool}" lacks version ${version.slice(0, 12)} of the flow "${flow}"`;
  batch.noteUnserved(task, batch.now, `${lacking}; start a worker with the flow's files`);
  return { verdict: "elsewhere", version, retryAfterMs: ELSEWHERE_PAUSE_MS };
}

function gone(reason: string): ClaimAnswer {
  return { verdict: "gone", reason };
}

function grantOf({ batch, bodies, options }: Context, task: HeldTask): Grant {
  const { row, run, call } = task;
  return {
    verdict: "granted",
    taskRunId: parseTaskRunId(row.id),
    claimId: parseClaimId(row.claim_id ?? ""),
    runId: parseRunId(run.row.id),
    attempt: row.attempt,
    flow: run.row.flow,
    version: parseFlowVersion(run.row.version),
    call: call.id,
    task: call.task,
    pool: poolSchema.parse(call.pool),
    inputs: inputsOf(task, bodies),
    outputs: [...call.outputs],
    cache: call.cache,
    leaseMs: options.leaseMs,
    ...timeoutOf(batch, task),
    configs: run.row.configs,
    ...(run.row.traceparent === null ? {} : { traceparent: run.row.traceparent }),
  };
}

/** What is left of the timeout: all of it, unless the grant is a repeated one. */
function timeoutOf(batch: RunBatch, { row, call }: HeldTask): { readonly timeoutMs?: number } {
  if (row.deadline_at === null || call.timeoutMs === undefined) return {};
  const leftMs = row.deadline_at.getTime() - batch.now.getTime();
  return { timeoutMs: Math.max(0, Math.min(call.timeoutMs, leftMs)) };
}

function inputsOf({ run, call }: HeldTask, bodies: PinnedBodies): Record<string, ResolvedInput> {
  const scope = { params: run.row.params, configs: bodies.of(run) };
  const made = new Map(run.tasks.map((task) => [task.call.id, task]));
  const outputOf = (id: string, output: string): MadeValue | undefined => {
    const maker = made.get(id)?.row;
    const ref = maker?.outputs?.[output];
    if (maker === undefined || ref === undefined) return undefined;
    return { ref, from: { taskRunId: maker.id, attempt: maker.attempt, output } };
  };
  const resolved = Object.entries(call.inputs).flatMap(([name, expression]) => {
    const input = resolveInput(expression, scope, outputOf);
    return input === undefined ? [] : [[name, input] as const];
  });
  return Object.fromEntries(resolved);
}
