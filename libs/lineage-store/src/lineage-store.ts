import { once } from "@weirflow/lifecycle";
import { Kysely, PostgresDialect, type QueryResult, type RawBuilder, sql } from "kysely";
import { LineageBusyError } from "./errors.ts";
import { openPool } from "./open-pool.ts";
import { KnownGraphs } from "./record/known-graphs.ts";
import { isSerializationFailure, translateError } from "./translate-error.ts";

/** Where lineage is kept. */
export interface LineageStoreOptions {
  /** `postgres://user:password@host:port/database`; its own database, or one whose schema `lineage` is free. */
  readonly url: string;
  /** @default 5 */
  readonly maxConnections?: number;
  /** Shown in `pg_stat_activity`. @default "weirflow-lineage" */
  readonly applicationName?: string;
  /** Told of connections that broke while idle; they are replaced. */
  readonly onConnectionError?: (error: unknown) => void;
}

/** What runs statements: the store, or a transaction of it. */
export interface Statements {
  /** Runs one statement. Errors are ours. */
  run<Row>(query: RawBuilder<Row>): Promise<QueryResult<Row>>;
}

/** Schema-less: every statement is written out and typed where it stands. */
type Untyped = Kysely<unknown>;

const TRIES = 5;

/**
 * The lineage database. Open it with {@link openLineageStore}; disposing it closes its connections.
 *
 * I1. What is cached of graphs was committed.
 */
export class LineageStore implements AsyncDisposable {
  /** @internal */
  readonly db: Untyped;
  /** @internal */
  readonly knownGraphs: KnownGraphs = new KnownGraphs();
  /** @internal Partitions that are known to exist. */
  readonly knownPartitions: Set<string> = new Set();
  readonly #close: () => Promise<void>;

  constructor(options: LineageStoreOptions) {
    this.db = new Kysely({ dialect: new PostgresDialect({ pool: openPool(options) }) });
    this.#close = once(async () => await this.db.destroy());
  }

  /** @internal Runs one statement outside a transaction. */
  async run<Row>(query: RawBuilder<Row>, signal: AbortSignal): Promise<QueryResult<Row>> {
    try {
      return await query.execute(this.db, { signal, inflightQueryAbortStrategy: "cancel query" });
    } catch (error) {
      throw translateError(error, signal);
    }
  }

  /** Resolves when the database answers. @throws {@link LineageUnavailableError} `lineage/unavailable`. */
  async ping(signal: AbortSignal): Promise<void> {
    await this.run(sql`select 1`, signal);
  }

  /** @internal Runs `fn` in a transaction; again, up to five times, while concurrent ones win. */
  async transaction<T>(fn: (tx: Statements) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        return await this.db.transaction().execute(async (tx) => {
          return await fn({ run: async (query) => await query.execute(tx) });
        });
      } catch (error) {
        if (!isSerializationFailure(error)) throw translateError(error, signal);
        if (attempt === TRIES) throw new LineageBusyError(TRIES, error);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

/**
 * Opens the lineage database. Connections are made when they are first needed.
 *
 * @example
 * await using store = openLineageStore({ url: "postgres://postgres@127.0.0.1:5432/lineage" });
 * await migrateLineage(store, signal);
 */
export function openLineageStore(options: LineageStoreOptions): LineageStore {
  return new LineageStore(options);
}
