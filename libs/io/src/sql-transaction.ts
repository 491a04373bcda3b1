import type { Kysely, QueryExecutorProvider, Transaction } from "kysely";

/** What {@link loadSql} and {@link saveSql} need: a `Kysely<…>` of any schema and dialect. */
export interface SqlDatabase extends QueryExecutorProvider {
  readonly connection: () => object;
}

/** Tables and columns as the database knows them; it checks their names, not the compiler. */
export type AnySchema = Record<string, Record<string, unknown>>;

/** How a transaction runs. */
export interface TransactionOptions {
  /** `read only` refuses to write where the dialect can say it (Postgres, MySQL). */
  readonly accessMode: "read only" | "read write";
  readonly signal: AbortSignal;
}

/**
 * Runs `work` in a transaction on one connection, which goes back to its pool whatever happens.
 *
 * On abort the statement that is under way is cancelled in the database where the dialect can, the transaction is rolled
 * back, and the reason of the signal is thrown.
 */
export async function inSqlTransaction<T>(
  db: SqlDatabase,
  { accessMode, signal }: TransactionOptions,
  work: (tx: Transaction<AnySchema>) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const open = db as unknown as Kysely<AnySchema>; // what it is, of whichever schema
  try {
    return await open.connection().execute(
      async (one) =>
        await one
          .transaction()
          .setAccessMode(accessMode)
          .execute(async (tx) => await cancelling(db, tx, signal, work)),
      { signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

async function cancelling<T>(
  db: SqlDatabase,
  tx: Transaction<AnySchema>,
  signal: AbortSignal,
  work: (tx: Transaction<AnySchema>) => Promise<T>,
): Promise<T> {
  // the one that the transaction holds until it ends
  const connection = await tx.getExecutor().provideConnection(async (held) => held);
  await connection.collectSessionInfo?.();
  const other = db.getExecutor();
  const cancel = (): void => {
    // where it cannot be cancelled, the transaction ends when the statement does
    connection.cancelQuery?.(other.provideConnection.bind(other)).catch(() => undefined);
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    signal.throwIfAborted();
    return await work(tx);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
