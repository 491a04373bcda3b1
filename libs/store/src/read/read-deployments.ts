import type { JsonObject, TriggerSpec } from "@weirflow/contracts";
import { sql } from "kysely";
import type { Store } from "../open-store.ts";
import { directionOf, inOrder, type Keyset, read, withinPage } from "./keyset.ts";

/** A deployment as it is read. */
export interface DeploymentRow {
  readonly id: string;
  readonly flow: string;
  readonly name: string;
  readonly version: string;
  readonly params: JsonObject;
  readonly paused: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A trigger of a deployment. */
export interface TriggerRow {
  readonly deploymentId: string;
  readonly slug: string;
  readonly spec: TriggerSpec;
}

const COLUMNS = [
  "id",
  "flow",
  "name",
  "version",
  "params",
  "paused",
  "created_at as createdAt",
  "updated_at as updatedAt",
] as const;

/** A page of deployments, oldest first; the key is the id. */
export async function pageOfDeployments(
  store: Store,
  { flow, page }: { readonly flow?: string | undefined; readonly page: Keyset },
  signal: AbortSignal,
): Promise<readonly DeploymentRow[]> {
  let query = store.db
    .selectFrom("deployments")
    .select(COLUMNS)
    .where((eb) => withinPage(eb, eb.ref("id"), { page, order: "asc" }))
    .orderBy("id", directionOf(page, "asc"))
    .limit(page.limit);
  if (flow !== undefined) query = query.where("flow", "=", flow);
  return await read(signal, async () => await query.execute({ signal }));
}

/** Deployments in the order of their ids. */
export async function deploymentsByIds(
  store: Store,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly (DeploymentRow | undefined)[]> {
  const query = store.db
    .selectFrom("deployments")
    .select(COLUMNS)
    .where(sql<boolean>`id = any(${[...ids]}::uuid[])`);
  const rows = await read(signal, async () => await query.execute({ signal }));
  return inOrder(ids, rows, ({ id }) => id);
}

/** A deployment by the names that people use. */
export async function deploymentNamed(
  store: Store,
  { flow, name }: { readonly flow: string; readonly name: string },
  signal: AbortSignal,
): Promise<DeploymentRow | undefined> {
  const query = store.db
    .selectFrom("deployments")
    .select(COLUMNS)
    .where("flow", "=", flow)
    .where("name", "=", name);
  return await read(signal, async () => await query.executeTakeFirst({ signal }));
}

/** `flow/name` of deployments, at most 500: for a "did you mean". */
export async function deploymentNames(
  store: Store,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const query = store.db
    .selectFrom("deployments")
    .select(["flow", "name"])
    .orderBy("updated_at", "desc")
    .limit(500);
  const rows = await read(signal, async () => await query.execute({ signal }));
  return rows.map(({ flow, name }) => `${flow}/${name}`);
}

/** The triggers of deployments. */
export async function triggersOfDeployments(
  store: Store,
  deploymentIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly TriggerRow[]> {
  const query = store.db
    .selectFrom("triggers")
    .select(["deployment_id as deploymentId", "slug", "spec"])
    .where(sql<boolean>`deployment_id = any(${[...deploymentIds]}::uuid[])`)
    .orderBy("slug");
  return await read(signal, async () => await query.execute({ signal }));
}

/** Pages of the deployments of several flows, oldest first; the rows of all pages together. */
export async function pagesOfDeployments(
  store: Store,
  { flows, page }: { readonly flows: readonly string[]; readonly page: Keyset },
  signal: AbortSignal,
): Promise<readonly DeploymentRow[]> {
  const direction = directionOf(page, "asc");
  const conditions = [
    sql`d.flow = k.flow`,
    ...(page.after === undefined ? [] : [sql`d.id > ${page.after}::uuid`]),
    ...(page.before === undefined ? [] : [sql`d.id < ${page.before}::uuid`]),
  ];
  const query = sql<DeploymentRow>`
    select p.* from unnest(${[...flows]}::text[]) as k (flow)
    cross join lateral (
      select d.id, d.flow, d.name, d.version, d.params, d.paused,
        d.created_at as "createdAt", d.updated_at as "updatedAt"
      from deployments d where ${sql.join(conditions, sql` and `)}
      order by d.id ${sql.raw(direction)} limit ${page.limit}) p
    order by p.id ${sql.raw(direction)}`;
  return await read(signal, async () => (await query.execute(store.db, { signal })).rows);
}
