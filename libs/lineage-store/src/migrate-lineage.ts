import { Migrator } from "kysely/migration";
import { LineageMigrationError } from "./errors.ts";
import type { LineageStore } from "./lineage-store.ts";
import { initialSchema } from "./migrations/0001-initial-schema.ts";
import { nodeFacts } from "./migrations/0002-node-facts.ts";
import { translateError } from "./translate-error.ts";

const MIGRATIONS = { "0001-initial-schema": initialSchema, "0002-node-facts": nodeFacts };

/**
 * Brings the schema `lineage` up to date. Safe to call from several processes at once: one does it, the others wait.
 *
 * @returns names of the steps that were done now.
 * @throws {@link LineageUnavailableError} `lineage/unavailable`, safe to retry.
 * @throws {@link LineageMigrationError} `lineage/migration` when a step is refused.
 */
export async function migrateLineage(
  store: LineageStore,
  signal: AbortSignal,
): Promise<readonly string[]> {
  signal.throwIfAborted();
  const migrator = new Migrator({
    db: store.db,
    provider: { getMigrations: async () => MIGRATIONS },
    migrationTableSchema: "lineage",
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const ours = translateError(error, signal);
    if (ours.disposition !== "fail") throw ours;
    const failed = results.find(({ status }) => status === "Error")?.migrationName;
    throw new LineageMigrationError(failed ?? "preparation", error);
  }
  return results.map(({ migrationName }) => migrationName);
}
