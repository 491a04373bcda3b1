import { type JsonObject, parseDeploymentId } from "@weirflow/contracts";
import { lastOccurrence, nextOccurrence, occurrencesBetween } from "@weirflow/flow";
import { type Selectable, sql } from "kysely";
import { acceptRunIn } from "./accept-run.ts";
import { inTransaction, type Trx } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";
import type { SchedulesTable } from "./tables.ts";

/** A `skip` schedule still fires when it is this late: the scheduler's own pace is not an outage. */
const PUNCTUAL_MS = 60_000;
/** Occurrences that one transaction of an `all` schedule catches up. */
const CATCH_UP_AT_ONCE = 100;

type DueSchedule = Selectable<SchedulesTable> & { readonly params: JsonObject; readonly now: Date };

/**
 * Starts the runs of due schedules, one transaction a schedule: it inserts the runs, unique by occurrence, and moves the
 * cursor. Any number of schedulers may do it at once.
 *
 * @returns how many runs were started. They have READY task runs that the next sweep hints.
 */
export async function fireDueSchedules(
  store: Store,
  { limit }: { readonly limit: number },
  signal: AbortSignal,
): Promise<number> {
  let fired = 0;
  for (let turn = 0; turn < limit; turn += 1) {
    const started = await inTransaction(store, signal, fireOne);
    if (started === undefined) break;
    fired += started;
  }
  return fired;
}

async function fireOne(trx: Trx): Promise<number | undefined> {
  const { rows } = await sql<DueSchedule>`
    select s.*, d.params, weir_now() as now from schedules s join deployments d on d.id = s.deployment_id
    where s.next_at <= weir_now() and not s.paused and not s.removed and not d.paused
    order by s.next_at limit 1 for update of s skip locked`.execute(trx);
  const [due] = rows;
  if (due === undefined) return undefined;
  const occurrences = occurrencesOf(due);
  let started = 0;
  for (const at of occurrences) started += (await start(trx, due, at)) ? 1 : 0;
  const cursor = due.spec.catchUp === "all" ? (occurrences.at(-1) ?? due.now) : due.now;
  const next_at = nextOccurrence(due.spec, cursor, due.anchor_at);
  await trx
    .updateTable("schedules")
    .set({ cursor_at: cursor, next_at })
    .where("id", "=", due.id)
    .execute();
  return started;
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

async function start(trx: Trx, due: DueSchedule, at: Date): Promise<boolean> {
  if (due.spec.overlap === "skip" && (await isStillRunning(trx, due))) return false;
  const { created } = await acceptRunIn(trx, {
    deploymentId: parseDeploymentId(due.deployment_id),
    params: { ...due.params, ...due.spec.params },
    origin: {
      kind: "schedule",
      key: `${due.slug}@${at.toISOString()}`,
      detail: { schedule: due.slug },
    },
    scheduledFor: at,
    traceparent: newTraceparent(),
  });
  return created;
}

async function isStillRunning(
  trx: Trx,
  due: Pick<DueSchedule, "deployment_id" | "slug">,
): Promise<boolean> {
  const row = await trx
    .selectFrom("runs")
    .select("id")
    .where("deployment_id", "=", due.deployment_id)
    .where("origin_kind", "=", "schedule")
    .where("origin_key", "like", `${due.slug.replaceAll(/[%_\\]/g, String.raw`\$&`)}@%`)
    .where("state", "in", ["SCHEDULED", "AWAITING_VERSION", "RUNNING", "PAUSED", "CANCELLING"])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The root of the trace of a run that nobody asked for. */
function newTraceparent(): string {
  const hex = (bytes: number): string =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("hex");
  return `00-${hex(16)}-${hex(8)}-01`;
}
