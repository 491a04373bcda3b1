import { type FlowManifest, type JsonObject, parseDeploymentId } from "@weirflow/contracts";
import { isWeirError } from "@weirflow/errors";
import { lastOccurrence, nextOccurrence, occurrencesBetween, validateJson } from "@weirflow/flow";
import { type Selectable, sql } from "kysely";
import { acceptRunIn } from "./accept-run.ts";
import { DeploymentMissingError, ScheduleParamsError } from "./errors.ts";
import { inTransaction, type Trx } from "./in-transaction.ts";
import { readManifests } from "./manifests.ts";
import type { Store } from "./open-store.ts";
import { storable } from "./storable.ts";
import type { SchedulesTable } from "./tables.ts";

/** A `skip` schedule still fires when it is this late: the scheduler's own pace is not an outage. */
const PUNCTUAL_MS = 60_000;
/** Occurrences that one transaction of an `all` schedule catches up. */
const CATCH_UP_AT_ONCE = 100;
/** A schedule that cannot fire is tried again after this. */
const AGAIN_MS = 60_000;

interface DueSchedule extends Selectable<SchedulesTable> {
  readonly params: JsonObject;
  readonly version: string;
  readonly now: Date;
}

/**
 * Starts the runs of due schedules, one transaction a schedule: it inserts the runs, unique by occurrence, and moves the
 * cursor. Any number of schedulers may do it at once.
 *
 * R2. Runs and cursor change together, under the lock of the schedule's row: no occurrence is lost or doubled. What cannot
 * be started now (a config without a version, parameters that do not fit) stays due, and the row says why.
 *
 * @returns how many runs were started. They have READY task runs that the next sweep hints.
 * @throws {@link DatabaseUnavailableError} `db/unavailable`, {@link CommitUnknownError} `db/commit-unknown`: call again.
 */
export async function fireDueSchedules(
  store: Store,
  { limit }: { readonly limit: number },
  signal: AbortSignal,
): Promise<number> {
  let fired = 0;
  for (let turn = 0; turn < limit; turn += 1) {
    const started = await inTransaction(store, signal, async (trx) => await fireOne(store, trx));
    if (started === undefined) break;
    fired += started;
  }
  return fired;
}

/** @returns `undefined` when none is due. */
async function fireOne(store: Store, trx: Trx): Promise<number | undefined> {
  const { rows } = await sql<DueSchedule>`
    select s.*, d.params, d.version, weir_now() as now
    from schedules s join deployments d on d.id = s.deployment_id
    where s.next_at <= weir_now() and not s.paused and not s.removed and not d.paused
    order by s.next_at limit 1 for update of s skip locked`.execute(trx);
  const [due] = rows;
  if (due === undefined) return undefined;
  try {
    return await fire(store, trx, due);
  } catch (error) {
    // Thrown before anything was written, so the transaction is still good.
    if (!isWeirError(error) || error.disposition !== "fail") throw error;
    await putOff(trx, due, error.message);
    return 0;
  }
}

async function fire(store: Store, trx: Trx, due: DueSchedule): Promise<number> {
  const occurrences = occurrencesOf(due);
  const cursor = due.spec.catchUp === "all" ? (occurrences.at(-1) ?? due.now) : due.now;
  const next_at = nextOccurrence(due.spec, cursor, due.anchor_at);
  const params = occurrences.length === 0 ? {} : await paramsOf(store, trx, due);
  let started = 0;
  for (const at of occurrences) started += (await start(store, trx, { due, at, params })) ? 1 : 0;
  await trx
    .updateTable("schedules")
    .set({ cursor_at: cursor, next_at, problem: null })
    .where("id", "=", due.id)
    .execute();
  return started;
}

/** The cursor stays, so the occurrence is still due; others get their turn first. */
async function putOff(trx: Trx, { id, now }: DueSchedule, problem: string): Promise<void> {
  const next_at = new Date(now.getTime() + AGAIN_MS);
  await trx
    .updateTable("schedules")
    .set({ next_at, problem: storable(problem) })
    .where("id", "=", id)
    .execute();
}

function occurrencesOf({ spec, cursor_at, now, anchor_at }: DueSchedule): readonly Date[] {
  if (spec.catchUp === "all")
    return occurrencesBetween(spec, {
      after: cursor_at,
      until: now,
      anchor: anchor_at,
      limit: CATCH_UP_AT_ONCE,
    });
  const last = lastOccurrence(spec, now, anchor_at);
  if (last === null || last <= cursor_at) return [];
  return spec.catchUp === "latest" || now.getTime() - last.getTime() <= PUNCTUAL_MS ? [last] : [];
}

async function paramsOf(store: Store, trx: Trx, due: DueSchedule): Promise<JsonObject> {
  const manifests = await readManifests(store, trx, [due.version]);
  const manifest: FlowManifest | undefined = manifests.get(due.version);
  if (manifest === undefined) throw new DeploymentMissingError(due.deployment_id);
  const given = { ...due.params, ...due.spec.params };
  const checked = validateJson(manifest.paramsSchema, given);
  if (checked.ok) return checked.value;
  const problems = checked.problems.map(({ path, message }) => `${path} ${message}`.trim());
  throw new ScheduleParamsError(due.slug, problems);
}

interface Start {
  readonly due: DueSchedule;
  readonly at: Date;
  readonly params: JsonObject;
}

async function start(store: Store, trx: Trx, { due, at, params }: Start): Promise<boolean> {
  if (due.spec.overlap === "skip" && (await isStillRunning(trx, due))) return false;
  const key = `${due.slug}@${at.toISOString()}`;
  const { created } = await acceptRunIn(store, trx, {
    deploymentId: parseDeploymentId(due.deployment_id),
    params,
    origin: { kind: "schedule", key, detail: { schedule: due.slug } },
    scheduledFor: at,
    traceparent: newTraceparent(),
  });
  return created;
}

async function isStillRunning(
  trx: Trx,
  { deployment_id, slug }: Pick<DueSchedule, "deployment_id" | "slug">,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from runs where deployment_id = ${deployment_id} and origin_detail ->> 'schedule' = ${slug}
      and origin_kind = 'schedule' and state in ('SCHEDULED', 'AWAITING_VERSION', 'RUNNING', 'PAUSED', 'CANCELLING')
    limit 1`.execute(trx);
  return rows.length > 0;
}

/** The root of the trace of a run that nobody asked for. */
function newTraceparent(): string {
  const hex = (bytes: number): string =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("hex");
  return `00-${hex(16)}-${hex(8)}-01`;
}
