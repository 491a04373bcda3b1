import type { FlowManifest } from "@weirflow/contracts";
import type { Logger } from "@weirflow/telemetry";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { guardedPool } from "./guarded-pool.ts";
import type { Database } from "./tables.ts";

/** How the orchestration database is reached. */
export interface StoreOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** @default 8 */
  readonly maxConnections?: number;
  /**
   * Time without an answer after which a connection counts as lost, milliseconds. The server gives statements up before.
   * @default 20_000
   */
  readonly answerTimeoutMs?: number;
  readonly logger: Logger;
}

/** The orchestration database. The caller disposes it. */
export interface Store extends AsyncDisposable {
  readonly db: Kysely<Database>;
  /** @internal */
  readonly logger: Logger;
  /** @internal */
  readonly memory: StoreMemory;
}

/** What a process keeps between calls. Losing it costs nothing but time. */
export interface StoreMemory {
  /** Manifests read lately, by hash. */
  readonly manifests: Map<string, FlowManifest>;
  /** Where the slow round over all open runs stands: an id of a run. */
  sweptUpTo: string;
}

/** A statement that takes longer is given up by the server. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** A transaction whose owner stands still is undone, so that its locks do not hold up everybody else. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/**
 * Opens the database; connects with the first query.
 *
 * @example
 * await using store = openStore({ url, applicationName: "weirflow-scheduler", logger });
 */
export function openStore(options: StoreOptions): Store {
  const { url, applicationName, maxConnections = 8, answerTimeoutMs = 20_000, logger } = options;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: Math.min(STATEMENT_TIMEOUT_MS, answerTimeoutMs),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // Without these, a server that goes away ends the process: the pool covers idle clients, each client the rest.
  const note = (error: Error): void =>
    logger.warn("store.connection-lost", { message: error.message });
  pool.on("error", note);
  pool.on("connect", (client) => client.on("error", note));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: guardedPool(pool) }) });
  let ended: Promise<void> | undefined;
  return {
    db,
    logger,
    memory: { manifests: new Map(), sweptUpTo: FIRST_ID },
    [Symbol.asyncDispose]: async () => await (ended ??= db.destroy()),
  };
}

/** Below every id. */
export const FIRST_ID = "00000000-0000-0000-0000-000000000000";
