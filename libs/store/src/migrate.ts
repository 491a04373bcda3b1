import { Migrator } from "kysely/migration";
import { orUnavailable } from "./in-transaction.ts";
import * as orchestration from "./migrations/0001-orchestration.ts";
import * as partitionsAndProblems from "./migrations/0002-partitions-and-problems.ts";
import * as liveArtifacts from "./migrations/0003-live-artifacts.ts";
import type { Store } from "./open-store.ts";

/** Append-only: a name here is never reused, its file never changed. */
const MIGRATIONS = {
  "0001-orchestration": orchestration,
  "0002-partitions-and-problems": partitionsAndProblems,
  "0003-live-artifacts": liveArtifacts,
};

/**
 * Brings the schema up to date. Safe when several services do it at once: an advisory lock lets one go first.
 *
 * @returns the names of the migrations that ran, oldest first.
 * @throws {@link DatabaseUnavailableError} `db/unavailable`.
 */
export async function migrate(store: Store, signal: AbortSignal): Promise<readonly string[]> {
  signal.throwIfAborted();
  const provider = { getMigrations: async () => await Promise.resolve(MIGRATIONS) };
  const migrator = new Migrator({ db: store.db, provider });
  return await orUnavailable(async () => {
    const { error, results } = await migrator.migrateToLatest();
    // Whatever the driver threw, unchanged.
    if (error !== undefined) throw error as Error;
    return (results ?? []).map((result) => result.migrationName);
  }, signal);
}
