import { isTerminal, type JsonObject, type RunState } from "@weirflow/contracts";
import { type Selectable, sql } from "kysely";
import type { Store } from "../open-store.ts";
import type { RunsTable } from "../tables.ts";
import { directionOf, inOrder, type Keyset, read, withinPage } from "./keyset.ts";

/** A run as it is read; column names as in the database. */
export type RunRow = Readonly<Omit<Selectable<RunsTable>, "state" | "vp" | "cancelling">> & {
  readonly state: RunState;
};

/** Which runs. */
export interface RunFilter {
  readonly flow?: string | undefined;
  readonly deploymentId?: string | undefined;
  readonly states?: readonly RunState[] | undefined;
}

const COLUMNS = [
  "id",
  "deployment_id",
  "flow",
  "version",
  "revision",
  "state",
  "reason",
  "params",
  "configs",
  "origin_kind",
  "origin_key",
  "origin_detail",
  "scheduled_for",
  "traceparent",
  "error",
  "results",
  "created_at",
  "started_at",
  "ended_at",
] as const;

/** A page of runs, newest first; the key is the id. */
export async function pageOfRuns(
  store: Store,
  { filter = {}, page }: { readonly filter?: RunFilter; readonly page: Keyset },
  signal: AbortSignal,
): Promise<readonly RunRow[]> {
  const { flow, deploymentId, states } = filter;
  let query = store.db
    .selectFrom("runs")
    .select(COLUMNS)
    .where((eb) => withinPage(eb, eb.ref("id"), { page, order: "desc" }))
    .orderBy("id", directionOf(page, "desc"))
    .limit(page.limit);
  if (flow !== undefined) query = query.where("flow", "=", flow);
  if (deploymentId !== undefined) query = query.where("deployment_id", "=", deploymentId);
  if (states !== undefined) query = query.where(sql<boolean>`state = any(${[...states]}::text[])`);
  return await read(signal, async () => (await query.execute({ signal })).map(runRow));
}

/** Runs in the order of their ids. */
export async function runsByIds(
  store: Store,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly (RunRow | undefined)[]> {
  const query = store.db
    .selectFrom("runs")
    .select(COLUMNS)
    .where(sql<boolean>`id = any(${[...ids]}::uuid[])`);
  const rows = await read(signal, async () => (await query.execute({ signal })).map(runRow));
  return inOrder(ids, rows, ({ id }) => id);
}

/** How far a run is, in as few bytes as can be. */
export interface RunRevision {
  readonly revision: number;
  readonly isOver: boolean;
}

/** The revision of a run, for those who watch it. */
export async function runRevision(
  store: Store,
  runId: string,
  signal: AbortSignal,
): Promise<RunRevision | undefined> {
  const query = store.db.selectFrom("runs").select(["revision", "state"]).where("id", "=", runId);
  const row = await read(signal, async () => await query.executeTakeFirst({ signal }));
  // Only states of runs are written to the column.
  return row && { revision: row.revision, isOver: isTerminal(row.state as RunState) };
}

/** A config document as a run pinned it. */
export interface PinnedConfigRow {
  readonly runId: string;
  readonly key: string;
  readonly name: string;
  readonly version: number;
  readonly body: JsonObject;
  readonly schema: JsonObject;
}

/** The config documents that runs pinned, with their bodies. */
export async function pinnedConfigsOfRuns(
  store: Store,
  runIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly PinnedConfigRow[]> {
  const query = sql<PinnedConfigRow>`
    select r.id as "runId", p.key, v.name, v.version, v.body, c.schema
    from runs r cross join lateral jsonb_each(r.configs) p
    join config_versions v on v.name = p.value ->> 'name' and v.version = (p.value ->> 'version')::int
    join configs c on c.name = v.name
    where r.id = any(${[...runIds]}::uuid[]) order by r.id, p.key`;
  return await read(signal, async () => (await query.execute(store.db, { signal })).rows);
}

function runRow(row: Omit<RunRow, "state"> & { readonly state: string }): RunRow {
  // Only states of runs are written to the column.
  return { ...row, state: row.state as RunState };
}

/** A page of the runs of each key: one statement whatever their number. */
export interface RunPages {
  readonly by: "flow" | "deployment_id";
  readonly keys: readonly string[];
  readonly filter: RunFilter;
  readonly page: Keyset;
}

/** Pages of the runs of several flows or deployments, newest first; the rows of all pages together. */
export async function pagesOfRuns(
  store: Store,
  { by, keys, filter, page }: RunPages,
  signal: AbortSignal,
): Promise<readonly RunRow[]> {
  const { flow, deploymentId, states } = filter;
  const direction = directionOf(page, "desc");
  const conditions = [
    sql`r.${sql.ref(by)} = k.key`,
    ...(flow === undefined ? [] : [sql`r.flow = ${flow}`]),
    ...(deploymentId === undefined ? [] : [sql`r.deployment_id = ${deploymentId}::uuid`]),
    ...(states === undefined ? [] : [sql`r.state = any(${[...states]}::text[])`]),
    ...(page.after === undefined ? [] : [sql`r.id < ${page.after}::uuid`]),
    ...(page.before === undefined ? [] : [sql`r.id > ${page.before}::uuid`]),
  ];
  const query = sql<Omit<RunRow, "state"> & { readonly state: string }>`
    select p.* from unnest(${[...keys]}::${sql.raw(by === "flow" ? "text" : "uuid")}[]) as k (key)
    cross join lateral (
      select ${sql.join(COLUMNS.map((column) => sql.ref(`r.${column}`)))} from runs r
      where ${sql.join(conditions, sql` and `)}
      order by r.id ${sql.raw(direction)} limit ${page.limit}) p
    order by p.id ${sql.raw(direction)}`;
  return await read(signal, async () =>
    (await query.execute(store.db, { signal })).rows.map(runRow),
  );
}
