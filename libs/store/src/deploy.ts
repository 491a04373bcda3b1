import {
  type DeploymentId,
  type FlowManifest,
  type FlowVersion,
  type JsonObject,
  parseDeploymentId,
  parseFlowVersion,
  type ScheduleSpec,
} from "@weirflow/contracts";
import { nextOccurrence } from "@weirflow/flow";
import { type Selectable, sql } from "kysely";
import { inTransaction, type Trx } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";
import type { SchedulesTable } from "./tables.ts";

/** A flow to deploy. */
export interface DeployRequest {
  readonly manifest: FlowManifest;
  /** @default "default" */
  readonly name?: string | undefined;
  /** Parameters that every run starts from. */
  readonly params?: JsonObject | undefined;
  readonly paused?: boolean | undefined;
}
/** What was deployed. */
export interface Deployed {
  readonly deploymentId: DeploymentId;
  readonly flow: string;
  readonly version: FlowVersion;
  readonly created: boolean;
}

/**
 * Deploys a flow version: one transaction for the version, the deployment, its configs, schedules and triggers.
 *
 * Schedules keep their cursor by slug, so deploying again neither doubles nor loses an occurrence.
 */
export async function deploy(
  store: Store,
  request: DeployRequest,
  signal: AbortSignal,
): Promise<Deployed> {
  const { manifest, name = "default", params = {}, paused = false } = request;
  return await inTransaction(store, signal, async (trx) => {
    await trx
      .insertInto("flows")
      .values({ name: manifest.flow })
      .onConflict((oc) => oc.column("name").doNothing())
      .execute();
    await trx
      .insertInto("flow_versions")
      .values({ hash: manifest.version, flow: manifest.flow, manifest: JSON.stringify(manifest) })
      .onConflict((oc) => oc.column("hash").doUpdateSet({ manifest: JSON.stringify(manifest) }))
      .execute();
    const row = await trx
      .insertInto("deployments")
      .values({
        flow: manifest.flow,
        name,
        version: manifest.version,
        params: JSON.stringify(params),
        paused,
      })
      .onConflict((oc) =>
        oc.columns(["flow", "name"]).doUpdateSet({
          version: manifest.version,
          params: JSON.stringify(params),
          paused,
          updated_at: sql<Date>`weir_now()`,
        }),
      )
      .returning(["id", sql<boolean>`xmax = 0`.as("created")])
      .executeTakeFirstOrThrow();
    await saveConfigs(trx, manifest);
    await saveSchedules(trx, row.id, manifest.schedules);
    await saveTriggers(trx, row.id, manifest);
    return {
      deploymentId: parseDeploymentId(row.id),
      flow: manifest.flow,
      version: parseFlowVersion(manifest.version),
      created: row.created,
    };
  });
}

async function saveConfigs(trx: Trx, manifest: FlowManifest): Promise<void> {
  for (const { name, schema, initial } of Object.values(manifest.configs)) {
    await trx
      .insertInto("configs")
      .values({ name, schema: JSON.stringify(schema), version: 0 })
      .onConflict((oc) => oc.column("name").doUpdateSet({ schema: JSON.stringify(schema) }))
      .execute();
    if (initial === undefined) continue;
    const first = await trx
      .updateTable("configs")
      .set({ version: 1 })
      .where("name", "=", name)
      .where("version", "=", 0)
      .returning("name")
      .executeTakeFirst();
    if (first !== undefined)
      await trx
        .insertInto("config_versions")
        .values({ name, version: 1, body: JSON.stringify(initial) })
        .execute();
  }
}

async function saveSchedules(
  trx: Trx,
  deploymentId: string,
  specs: readonly ScheduleSpec[],
): Promise<void> {
  const { rows } = await sql<{ now: Date }>`select weir_now() as now`.execute(trx);
  const now = rows[0]?.now ?? new Date();
  const known = await trx
    .selectFrom("schedules")
    .selectAll()
    .where("deployment_id", "=", deploymentId)
    .forUpdate()
    .execute();
  await trx
    .updateTable("schedules")
    .set({ removed: true })
    .where("deployment_id", "=", deploymentId)
    .execute();
  for (const spec of specs) {
    const old = known.find((row) => row.slug === spec.slug);
    const values = { ...placeOf(spec, old, now), spec: JSON.stringify(spec), removed: false };
    await trx
      .insertInto("schedules")
      .values({ deployment_id: deploymentId, slug: spec.slug, paused: false, ...values })
      .onConflict((oc) => oc.columns(["deployment_id", "slug"]).doUpdateSet(values))
      .execute();
  }
}

type Place = Pick<Selectable<SchedulesTable>, "anchor_at" | "cursor_at" | "next_at" | "problem">;

/** A schedule that is new, changed or back starts after the change, and never before what is done. */
function placeOf(
  spec: ScheduleSpec,
  old: Selectable<SchedulesTable> | undefined,
  now: Date,
): Place {
  const isSame = old !== undefined && !old.removed && sameRecurrence(old.spec, spec);
  const anchor_at = isSame ? old.anchor_at : now;
  const cursor_at = isSame ? old.cursor_at : laterOf(old?.cursor_at, now);
  const next_at = nextOccurrence(spec, cursor_at, anchor_at);
  return { anchor_at, cursor_at, next_at, problem: null };
}

function laterOf(a: Date | undefined, b: Date): Date {
  return a !== undefined && a > b ? a : b;
}

function sameRecurrence(a: ScheduleSpec, b: ScheduleSpec): boolean {
  const key = ({
    params: _params,
    catchUp: _catchUp,
    overlap: _overlap,
    ...rest
  }: ScheduleSpec): string =>
    JSON.stringify(Object.entries(rest).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return key(a) === key(b);
}

async function saveTriggers(
  trx: Trx,
  deploymentId: string,
  { triggers }: FlowManifest,
): Promise<void> {
  await trx.deleteFrom("triggers").where("deployment_id", "=", deploymentId).execute();
  if (triggers.length === 0) return;
  const values = triggers.map((spec) => ({
    deployment_id: deploymentId,
    slug: spec.slug,
    spec: JSON.stringify(spec),
  }));
  await trx.insertInto("triggers").values(values).execute();
}
