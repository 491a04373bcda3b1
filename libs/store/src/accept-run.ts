import {
  type DeploymentId,
  type FlowManifest,
  type JsonObject,
  parseRunId,
  parseTaskRunId,
  type RunId,
  RunState,
  TaskRunState,
} from "@weirflow/contracts";
import { sql } from "kysely";
import type { Hint } from "./changes.ts";
import { ConfigMissingError, DeploymentMissingError } from "./errors.ts";
import { insertLog } from "./flush-batch.ts";
import { inTransaction, type Trx } from "./in-transaction.ts";
import { readManifests } from "./manifests.ts";
import type { Store } from "./open-store.ts";
import type { PinnedConfigs } from "./tables.ts";

/** A run that someone or something asks for. Parameters are merged and checked by the caller. */
export interface RunRequest {
  readonly deploymentId: DeploymentId;
  readonly params: JsonObject;
  readonly origin: {
    readonly kind: "manual" | "schedule" | "event";
    /** Unique in the deployment and kind: the same key gives the same run. */
    readonly key: string;
    readonly detail?: JsonObject;
  };
  readonly traceparent?: string | undefined;
  readonly scheduledFor?: Date | undefined;
}

/** The run that was accepted, now or earlier. */
export interface AcceptedRun {
  readonly runId: RunId;
  /** Whether this call created it. */
  readonly created: boolean;
  readonly hints: readonly Hint[];
}

/**
 * Accepts a run: one transaction inserts it, pins its config versions, and makes its first task runs READY.
 *
 * @returns the run that has the key already, with `created: false`, when there is one.
 * @throws {@link DeploymentMissingError} `db/deployment-missing`, {@link ConfigMissingError} `db/config-missing`,
 * {@link DataRefusedError} `db/data-refused`, {@link DatabaseUnavailableError} `db/unavailable`,
 * {@link CommitUnknownError} `db/commit-unknown`: ask again with the same key.
 * @example
 * const origin = { kind: "manual", key: idempotencyKey } as const;
 * const { runId } = await acceptRun(store, { deploymentId, params: { n: 1 }, origin }, signal);
 */
export async function acceptRun(
  store: Store,
  request: RunRequest,
  signal: AbortSignal,
): Promise<AcceptedRun> {
  return await inTransaction(store, signal, async (trx) => await acceptRunIn(store, trx, request));
}

/** Accepts a run inside a transaction of the caller. */
export async function acceptRunIn(
  store: Store,
  trx: Trx,
  request: RunRequest,
): Promise<AcceptedRun> {
  const deployment = await readDeployment(trx, request.deploymentId);
  const manifests = await readManifests(store, trx, [deployment.version]);
  const manifest = manifests.get(deployment.version);
  if (manifest === undefined) throw new DeploymentMissingError(request.deploymentId);
  const configs = await pinConfigs(trx, manifest);
  const runId = await insertRun(trx, request, { ...deployment, configs });
  if (runId === undefined)
    return { runId: await existing(trx, request), created: false, hints: [] };
  const entry = { run: runId, task: null, from: null, to: RunState.scheduled, reason: null };
  await insertLog(trx, [entry], deployment.now);
  return { runId, created: true, hints: await insertTasks(trx, runId, manifest) };
}

interface Deployment {
  readonly flow: string;
  readonly version: string;
  /** The id of the next run. */
  readonly run_id: string;
  readonly now: Date;
}

async function readDeployment(trx: Trx, id: DeploymentId): Promise<Deployment> {
  const row = await trx
    .selectFrom("deployments")
    .select([
      "flow",
      "version",
      sql<string>`uuidv7()`.as("run_id"),
      sql<Date>`weir_now()`.as("now"),
    ])
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) throw new DeploymentMissingError(id);
  return row;
}

async function insertRun(
  trx: Trx,
  { deploymentId, params, origin, traceparent, scheduledFor }: RunRequest,
  { flow, version, run_id, configs }: Deployment & { readonly configs: PinnedConfigs },
): Promise<RunId | undefined> {
  const row = await trx
    .insertInto("runs")
    .values({
      id: run_id,
      vp: sql<number>`weir_partition(${run_id}::uuid)`,
      deployment_id: deploymentId,
      flow,
      version,
      state: RunState.scheduled,
      reason: null,
      params: JSON.stringify(params),
      configs: JSON.stringify(configs),
      origin_kind: origin.kind,
      origin_key: origin.key,
      origin_detail: origin.detail === undefined ? null : JSON.stringify(origin.detail),
      scheduled_for: scheduledFor ?? null,
      traceparent: traceparent ?? null,
    })
    .onConflict((oc) => oc.columns(["deployment_id", "origin_kind", "origin_key"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  return row === undefined ? undefined : parseRunId(row.id);
}

async function existing(trx: Trx, { deploymentId, origin }: RunRequest): Promise<RunId> {
  const row = await trx
    .selectFrom("runs")
    .select("id")
    .where("deployment_id", "=", deploymentId)
    .where("origin_kind", "=", origin.kind)
    .where("origin_key", "=", origin.key)
    .executeTakeFirstOrThrow();
  return parseRunId(row.id);
}

async function pinConfigs(trx: Trx, manifest: FlowManifest): Promise<PinnedConfigs> {
  const names = [...new Set(Object.values(manifest.configs).map((config) => config.name))];
  if (names.length === 0) return {};
  const rows = await trx
    .selectFrom("configs")
    .select(["name", "version"])
    .where("name", "=", sql<string>`any(${names}::text[])`)
    .execute();
  const versions = new Map(rows.map((row) => [row.name, row.version]));
  return Object.fromEntries(
    Object.entries(manifest.configs).map(([key, { name }]) => {
      const version = versions.get(name) ?? 0;
      if (version === 0) throw new ConfigMissingError(name);
      return [key, { name, version }];
    }),
  );
}

/** A flow without tasks has none; the next sweep completes its run. */
async function insertTasks(
  trx: Trx,
  runId: RunId,
  manifest: FlowManifest,
): Promise<readonly Hint[]> {
  if (manifest.calls.length === 0) return [];
  const vp = sql<number>`weir_partition(${runId}::uuid)`;
  const values = manifest.calls.map(({ id, task, pool, needs, concurrency }) => ({
    vp,
    run_id: runId,
    call: id,
    task,
    pool,
    state: needs.length === 0 ? TaskRunState.ready : TaskRunState.pending,
    reason: null,
    claim_id: null,
    worker: null,
    ready_at: needs.length === 0 ? sql<Date>`weir_now()` : null,
    concurrency,
  }));
  const rows = await trx
    .insertInto("task_runs")
    .values(values)
    .returning(["id", "pool", "state"])
    .execute();
  return rows
    .filter((row) => row.state === TaskRunState.ready)
    .map((row) => ({ taskRunId: parseTaskRunId(row.id), pool: row.pool, runId }));
}
