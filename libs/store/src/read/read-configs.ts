import type { JsonObject } from "@weirflow/contracts";
import { sql } from "kysely";
import type { Store } from "../open-store.ts";
import { directionOf, inOrder, type Keyset, read, withinPage } from "./keyset.ts";

/** A config document at its newest version; version 0 has no body yet. */
export interface ConfigRow {
  readonly name: string;
  readonly version: number;
  readonly schema: JsonObject;
  readonly body: JsonObject | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A version of a config document. */
export interface ConfigVersionRow {
  readonly name: string;
  readonly version: number;
  readonly body: JsonObject;
  readonly createdAt: Date;
}

const COLUMNS = [
  "c.name",
  "c.version",
  "c.schema",
  "v.body",
  "c.created_at as createdAt",
  "c.updated_at as updatedAt",
] as const;

// Inferred: the joined tables make a type that no one would want to read.
const configs = ({ db }: Store) =>
  db
    .selectFrom("configs as c")
    .leftJoin("config_versions as v", (join) =>
      join.onRef("v.name", "=", "c.name").onRef("v.version", "=", "c.version"),
    )
    .select(COLUMNS);

/** A page of config documents by name. */
export async function pageOfConfigs(
  store: Store,
  page: Keyset,
  signal: AbortSignal,
): Promise<readonly ConfigRow[]> {
  const query = configs(store)
    .where((eb) => withinPage(eb, eb.ref("c.name"), { page, order: "asc" }))
    .orderBy("c.name", directionOf(page, "asc"))
    .limit(page.limit);
  return await read(signal, async () => await query.execute({ signal }));
}

/** Config documents in the order of their names. */
export async function configsByNames(
  store: Store,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly (ConfigRow | undefined)[]> {
  const query = configs(store).where(sql<boolean>`c.name = any(${[...names]}::text[])`);
  const rows = await read(signal, async () => await query.execute({ signal }));
  return inOrder(names, rows, ({ name }) => name);
}

/** A page of the versions of a document, newest first; the key is the number, as text. */
export async function pageOfConfigVersions(
  store: Store,
  { name, page }: { readonly name: string; readonly page: Keyset },
  signal: AbortSignal,
): Promise<readonly ConfigVersionRow[]> {
  const query = store.db
    .selectFrom("config_versions")
    .select(["name", "version", "body", "created_at as createdAt"])
    .where("name", "=", name)
    .where((eb) => withinPage(eb, eb.ref("version"), { page, order: "desc" }))
    .orderBy("version", directionOf(page, "desc"))
    .limit(page.limit);
  return await read(signal, async () => await query.execute({ signal }));
}
