import { Migrator } from "kysely/migration";
import { orUnavailable } from "./in-transaction.ts";
import * as orchestration from "./migrations/0001-orchestration.ts";
import type { Store } from "./open-store.ts";

/**
 * Brings the schema up to date. Safe when several services do it at once: an advisory lock lets one go first.
 *
 * @returns the names of the migrations that ran, oldest first.
 * @throws {@link DatabaseUnavailableError} `db/unavailable`.
 */
export async function migrate(store: Store, signal: AbortSignal): Promise<readonly string[]> {
  signal.throwIfAborted();
  const migrator = new Migrator({
    db: store.db,
    provider: {
      getMigrations: async () => await Promise.resolve({ "0001-orchestration": orchestration }),
    },
  });
  return await orUnavailable(async () => {
    const { error, results } = await migrator.migrateToLatest();
    // Whatever the driver threw, unchanged.
    if (error !== undefined) throw error as Error;
    return (results ?? []).map((result) => result.migrationName);
  });
}
