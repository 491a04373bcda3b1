import type { DeploymentId, JsonObject } from "@weirflow/contracts";
import { nextOccurrence } from "@weirflow/flow";
import { sql } from "kysely";
import { inTransaction } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";

/** What became of a config document. */
export type SavedConfig =
  | { readonly kind: "saved"; readonly version: number }
  | { readonly kind: "conflict"; readonly currentVersion: number }
  | { readonly kind: "not-found" };

/**
 * Saves a new version of a config document; its schema is checked by the caller. Runs keep the version they pinned.
 *
 * @param request.expectedVersion - the version that was edited; another current one is a conflict. Absent: whatever it is.
 */
export async function saveConfig(
  store: Store,
  request: {
    readonly name: string;
    readonly body: JsonObject;
    readonly expectedVersion?: number | undefined;
  },
  signal: AbortSignal,
): Promise<SavedConfig> {
  const { name, body, expectedVersion } = request;
  return await inTransaction(store, signal, async (trx) => {
    const row = await trx
      .selectFrom("configs")
      .select("version")
      .where("name", "=", name)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return { kind: "not-found" };
    if (expectedVersion !== undefined && expectedVersion !== row.version)
      return { kind: "conflict", currentVersion: row.version };
    const version = row.version + 1;
    await trx
      .insertInto("config_versions")
      .values({ name, version, body: JSON.stringify(body) })
      .execute();
    await trx
      .updateTable("configs")
      .set({ version, updated_at: sql<Date>`weir_now()` })
      .where("name", "=", name)
      .execute();
    return { kind: "saved", version };
  });
}

/** Pauses a schedule or lets it go on; what fell due meanwhile follows its `catchUp`. @returns false when there is none. */
export async function setSchedulePaused(
  store: Store,
  {
    deploymentId,
    slug,
    paused,
  }: { readonly deploymentId: DeploymentId; readonly slug: string; readonly paused: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  return await inTransaction(store, signal, async (trx) => {
    const row = await trx
      .selectFrom("schedules")
      .selectAll()
      .where("deployment_id", "=", deploymentId)
      .where("slug", "=", slug)
      .where("removed", "=", false)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return false;
    const next_at = nextOccurrence(row.spec, row.cursor_at, row.anchor_at);
    await trx.updateTable("schedules").set({ paused, next_at }).where("id", "=", row.id).execute();
    return true;
  });
}
