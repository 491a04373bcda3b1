import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Logger } from "@weirflow/telemetry";
import type { Database } from "./tables.ts";

/** How the orchestration database is reached. */
export interface StoreOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** @default 8 */
  readonly maxConnections?: number;
  readonly logger: Logger;
}

/** The orchestration database. */
export interface Store extends AsyncDisposable {
  readonly db: Kysely<Database>;
}

/** A statement that takes longer is given up by the server. */
const STATEMENT_TIMEOUT_MS = 15_000;

/** Opens the database; connects with the first query. */
export function openStore(options: StoreOptions): Store {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.maxConnections ?? 8,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  });
  // Without these, a server that goes away ends the process: the pool covers idle clients, each client the rest.
  const note = (error: Error): void =>
    options.logger.warn("store.connection-lost", { message: error.message });
  pool.on("error", note);
  pool.on("connect", (client) => client.on("error", note));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  let ended: Promise<void> | undefined;
  return {
    db,
    [Symbol.asyncDispose]: async () => await (ended ??= db.destroy()),
  };
}
