import type { FlowManifest } from "@weirflow/contracts";
import { type RawBuilder, sql } from "kysely";
import type { Store } from "../open-store.ts";
import { directionOf, inOrder, type Keyset, read, withinPage } from "./keyset.ts";

/** A flow, and the version that was deployed last. */
export interface FlowRow {
  readonly name: string;
  readonly createdAt: Date;
  readonly version: string;
}

/** A version of a flow. */
export interface FlowVersionRow {
  readonly hash: string;
  readonly flow: string;
  readonly manifest: FlowManifest;
  readonly createdAt: Date;
}

/** Every flow has a deployment: both are made by one transaction. */
const NEWEST: RawBuilder<string> = sql<string>`(
  select d.version from deployments d where d.flow = flows.name order by d.updated_at desc, d.id desc limit 1)`;

/** A page of flows by name. */
export async function pageOfFlows(
  store: Store,
  page: Keyset,
  signal: AbortSignal,
): Promise<readonly FlowRow[]> {
  const query = store.db
    .selectFrom("flows")
    .select(["name", "created_at as createdAt", NEWEST.as("version")])
    .where((eb) => withinPage(eb, eb.ref("name"), { page, order: "asc" }))
    .orderBy("name", directionOf(page, "asc"))
    .limit(page.limit);
  return await read(signal, async () => await query.execute({ signal }));
}

/** Flows in the order of their names. */
export async function flowsByNames(
  store: Store,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly (FlowRow | undefined)[]> {
  const query = store.db
    .selectFrom("flows")
    .select(["name", "created_at as createdAt", NEWEST.as("version")])
    .where(sql<boolean>`name = any(${[...names]}::text[])`);
  const rows = await read(signal, async () => await query.execute({ signal }));
  return inOrder(names, rows, ({ name }) => name);
}

/** Versions in the order of their hashes. */
export async function flowVersionsByHashes(
  store: Store,
  hashes: readonly string[],
  signal: AbortSignal,
): Promise<readonly (FlowVersionRow | undefined)[]> {
  const query = store.db
    .selectFrom("flow_versions")
    .select(["hash", "flow", "manifest", "created_at as createdAt"])
    .where(sql<boolean>`hash = any(${[...hashes]}::text[])`);
  const rows = await read(signal, async () => await query.execute({ signal }));
  return inOrder(hashes, rows, ({ hash }) => hash);
}
