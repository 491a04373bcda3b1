import {
  type ClaimAnswer,
  type ClaimRequest,
  type JsonObject,
  parseFlowVersion,
  parseRunId,
  type ResolvedInput,
  TaskRunState,
} from "@weirflow/contracts";
import { type MadeValue, resolveInput } from "@weirflow/flow";
import { sql } from "kysely";
import type { Changes } from "./changes.ts";
import { ConfigMissingError } from "./errors.ts";
import { inTransaction, type Trx } from "./in-transaction.ts";
import { LimitUse } from "./limit-use.ts";
import type { Store } from "./open-store.ts";
import { type HeldTask, RunBatch } from "./run-batch.ts";

/** What a claim costs and promises. */
export interface ClaimOptions {
  readonly leaseMs: number;
  /** Beyond a task's timeout, before an attempt is ended without its worker. @default 5_000 */
  readonly timeoutGraceMs?: number;
}

/** A worker that lacks a version asks again after this long; others may have it. */
const ELSEWHERE_PAUSE_MS = 2_000;

interface Context {
  readonly batch: RunBatch;
  readonly limits: LimitUse;
  readonly configs: ReadonlyMap<string, JsonObject>;
  /** Tokens that some attempt had already. */
  readonly spent: ReadonlySet<string>;
  readonly options: ClaimOptions;
}

/**
 * Answers claims, each with its own verdict, in the order of the requests.
 *
 * A request with the token of the running attempt is granted again without a new attempt: a lost answer is simply asked
 * again. Two claims of one task run, in one batch or two: one wins, the other is `gone`.
 */
export async function claimTaskRuns(
  store: Store,
  requests: readonly ClaimRequest[],
  options: ClaimOptions,
  signal: AbortSignal,
): Promise<{ readonly answers: readonly ClaimAnswer[]; readonly changes: Changes }> {
  return await inTransaction(store, signal, async (trx) => {
    const batch = await RunBatch.loadByTasks(
      store,
      trx,
      requests.map((request) => request.taskRunId),
    );
    const context: Context = {
      batch,
      limits: await LimitUse.load(
        trx,
        [...batch.tasks()].flatMap((task) => task.row.concurrency),
      ),
      configs: await readConfigs(trx, batch),
      spent: await spentTokens(
        trx,
        requests.map((request) => request.claimId),
      ),
      options,
    };
    const answers = requests.map((request) => answer(context, request));
    batch.advance();
    return { answers, changes: await batch.flush(trx) };
  });
}

function answer(context: Context, request: ClaimRequest): ClaimAnswer {
  const { batch, limits, spent, options } = context;
  const task = batch.task(request.taskRunId);
  if (task === undefined) return { verdict: "gone", reason: "there is no such task run" };
  const { row, run, call } = task;
  if (row.state === TaskRunState.running && row.claim_id === request.claimId)
    return grant(context, task);
  if (spent.has(request.claimId))
    return { verdict: "gone", reason: "the attempt of this token is over" };
  if (row.state !== TaskRunState.ready) return { verdict: "gone", reason: `it is ${row.state}` };
  if (!request.serves.includes(parseFlowVersion(run.row.version))) {
    row.unserved_since ??= batch.now;
    batch.touch(task);
    return { verdict: "elsewhere", version: run.row.version, retryAfterMs: ELSEWHERE_PAUSE_MS };
  }
  const full = limits.firstFull(row.concurrency);
  if (full !== undefined) {
    batch.decide(task, { kind: "limit" }, `the limit of "${full}" is reached`);
    return { verdict: "limited", tag: full };
  }
  const decision = batch.decide(task, { kind: "claim" });
  if (!decision.ok) return { verdict: "gone", reason: decision.refusal };
  limits.take(row.concurrency);
  const timeoutMs =
    call.timeoutMs === undefined ? undefined : call.timeoutMs + (options.timeoutGraceMs ?? 5_000);
  batch.open(task, request.claimId, request.worker, options.leaseMs, timeoutMs);
  return grant(context, task);
}

function grant({ batch, configs, options }: Context, task: HeldTask): ClaimAnswer {
  const { row, run, call } = task;
  const timeout =
    row.deadline_at === null || call.timeoutMs === undefined
      ? {}
      : {
          timeoutMs: Math.max(
            0,
            Math.min(call.timeoutMs, row.deadline_at.getTime() - batch.now.getTime()),
          ),
        };
  return {
    verdict: "granted",
    taskRunId: row.id,
    claimId: row.claim_id,
    runId: parseRunId(run.row.id),
    attempt: row.attempt,
    flow: run.row.flow,
    version: parseFlowVersion(run.row.version),
    call: call.id,
    task: call.task,
    pool: call.pool,
    inputs: inputsOf(task, configs),
    outputs: [...call.outputs],
    cache: call.cache,
    leaseMs: options.leaseMs,
    ...timeout,
    configs: run.row.configs,
    ...(run.row.traceparent === null ? {} : { traceparent: run.row.traceparent }),
  } as ClaimAnswer; // the ids of the row are ids: they were written as such
}

function inputsOf(
  { run, call }: HeldTask,
  configs: ReadonlyMap<string, JsonObject>,
): Record<string, ResolvedInput> {
  const bodies = Object.fromEntries(
    Object.entries(run.row.configs).map(([key, { name, version }]) => {
      const body = configs.get(`${name}@${version}`);
      if (body === undefined) throw new ConfigMissingError(name);
      return [key, body];
    }),
  );
  const made = new Map(run.tasks.map((task) => [task.call.id, task]));
  const outputOf = (id: string, output: string): MadeValue | undefined => {
    const maker = made.get(id)?.row;
    const ref = maker?.outputs?.[output];
    if (maker === undefined || ref === undefined) return undefined;
    return { ref, from: { taskRunId: maker.id, attempt: maker.attempt, output } };
  };
  const resolved = Object.entries(call.inputs).flatMap(([name, expression]) => {
    const input = resolveInput(expression, { params: run.row.params, configs: bodies }, outputOf);
    return input === undefined ? [] : [[name, input] as const];
  });
  return Object.fromEntries(resolved);
}

async function readConfigs(trx: Trx, batch: RunBatch): Promise<ReadonlyMap<string, JsonObject>> {
  const pins = [...batch.runs.values()].flatMap((run) => Object.values(run.row.configs));
  if (pins.length === 0) return new Map();
  const { rows } = await sql<{ name: string; version: number; body: JsonObject }>`
    select c.name, c.version, c.body from config_versions c
    join jsonb_to_recordset(${JSON.stringify(pins)}::jsonb) as p(name text, version int) using (name, version)`.execute(
    trx,
  );
  return new Map(rows.map((row) => [`${row.name}@${row.version}`, row.body]));
}

async function spentTokens(trx: Trx, tokens: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom("attempts")
    .select("claim_id")
    .where("claim_id", "=", sql<string>`any(${[...tokens]}::text[])`)
    .execute();
  return new Set(rows.map((row) => row.claim_id));
}
