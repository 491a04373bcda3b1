import { createHash } from "node:crypto";
import {
  type DeploymentId,
  type FlowManifest,
  flowManifestSchema,
  type JsonObject,
  parseRunId,
  parseTaskRunId,
  type RunId,
} from "@weirflow/contracts";
import { sql } from "kysely";
import type { Hint } from "./changes.ts";
import { ConfigMissingError, DeploymentMissingError } from "./errors.ts";
import { inTransaction, type Trx } from "./in-transaction.ts";
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

/** Routing of later: every row carries it from the first day. */
const PARTITIONS = 1_024;

/**
 * Accepts a run: one transaction inserts it, pins its config versions, and makes its first task runs READY.
 *
 * @returns the run that has the key already, with `created: false`, when there is one.
 * @throws {@link DeploymentMissingError} `db/deployment-missing`, {@link ConfigMissingError} `db/config-missing`,
 * {@link DatabaseUnavailableError} `db/unavailable`.
 */
export async function acceptRun(
  store: Store,
  request: RunRequest,
  signal: AbortSignal,
): Promise<AcceptedRun> {
  return await inTransaction(store, signal, async (trx) => await acceptRunIn(trx, request));
}

/** Accepts a run inside a transaction of the caller. */
export async function acceptRunIn(trx: Trx, request: RunRequest): Promise<AcceptedRun> {
  const deployment = await trx
    .selectFrom("deployments as d")
    .innerJoin("flow_versions as v", "v.hash", "d.version")
    .select(["d.flow", "d.version", "v.manifest"])
    .where("d.id", "=", request.deploymentId)
    .executeTakeFirst();
  if (deployment === undefined) throw new DeploymentMissingError(request.deploymentId);
  const manifest = flowManifestSchema.parse(deployment.manifest);
  const inserted = await trx
    .insertInto("runs")
    .values({
      vp: 0,
      deployment_id: request.deploymentId,
      flow: deployment.flow,
      version: deployment.version,
      state: manifest.calls.length === 0 ? "COMPLETED" : "SCHEDULED",
      reason: null,
      params: JSON.stringify(request.params),
      configs: JSON.stringify(await pinConfigs(trx, manifest)),
      origin_kind: request.origin.kind,
      origin_key: request.origin.key,
      origin_detail:
        request.origin.detail === undefined ? null : JSON.stringify(request.origin.detail),
      scheduled_for: request.scheduledFor ?? null,
      traceparent: request.traceparent ?? null,
    })
    .onConflict((oc) => oc.columns(["deployment_id", "origin_kind", "origin_key"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined)
    return { runId: await existing(trx, request), created: false, hints: [] };
  return {
    runId: parseRunId(inserted.id),
    created: true,
    hints: await insertTasks(trx, inserted.id, manifest),
  };
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
    .where("name", "in", names)
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

async function insertTasks(
  trx: Trx,
  runId: string,
  manifest: FlowManifest,
): Promise<readonly Hint[]> {
  if (manifest.calls.length === 0) return [];
  const vp = partitionOf(runId);
  await trx.updateTable("runs").set({ vp }).where("id", "=", runId).execute();
  const rows = await trx
    .insertInto("task_runs")
    .values(
      manifest.calls.map((call) => ({
        vp,
        run_id: runId,
        call: call.id,
        task: call.task,
        pool: call.pool,
        state: call.needs.length === 0 ? "READY" : "PENDING",
        reason: null,
        claim_id: null,
        worker: null,
        ready_at: call.needs.length === 0 ? sql<Date>`weir_now()` : null,
        concurrency: call.concurrency,
      })),
    )
    .returning(["id", "pool", "state"])
    .execute();
  return rows
    .filter((row) => row.state === "READY")
    .map((row) => ({
      taskRunId: parseTaskRunId(row.id),
      pool: row.pool,
      runId: parseRunId(runId),
    }));
}

/** `hash(run id) mod 1024`. */
function partitionOf(runId: string): number {
  return createHash("sha256").update(runId).digest().readUInt16BE(0) % PARTITIONS;
}
