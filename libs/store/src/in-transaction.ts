import { retry } from "@weirflow/lifecycle";
import type { Transaction } from "kysely";
import { CommitUnknownError, DatabaseUnavailableError, DataRefusedError } from "./errors.ts";
import type { Store } from "./open-store.ts";
import { faultOf, isUndone } from "./sql-state.ts";
import type { Database } from "./tables.ts";

/** An open transaction of the orchestration database. */
export type Trx = Transaction<Database>;

/** Deadlocks end soon: what still fails after this is the database's trouble. */
const AGAIN = { attempts: 5, firstDelayMs: 10, maxDelayMs: 200, jitter: 1 };

/**
 * Runs `work` in a transaction; repeats it after a deadlock or a serialisation failure.
 *
 * @throws {@link DatabaseUnavailableError} `db/unavailable`: nothing was committed ·
 * {@link CommitUnknownError} `db/commit-unknown`: perhaps it was · {@link DataRefusedError} `db/data-refused`.
 */
export async function inTransaction<T>(
  store: Store,
  signal: AbortSignal,
  work: (trx: Trx) => Promise<T>,
): Promise<T> {
  return await orUnavailable(async () => await once(store, work), signal);
}

/**
 * Runs one statement outside a transaction; repeats it after a deadlock or a serialisation failure.
 *
 * @throws {@link DatabaseUnavailableError} `db/unavailable` · {@link DataRefusedError} `db/data-refused`.
 */
export async function orUnavailable<T>(
  work: () => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): Promise<T> {
  try {
    return await retry(AGAIN, work, { signal, shouldRetry: isUndone });
  } catch (error) {
    const fault = faultOf(error);
    if (fault === "database") throw new DatabaseUnavailableError(error);
    if (fault === "data") throw new DataRefusedError(error);
    throw error;
  }
}

async function once<T>(store: Store, work: (trx: Trx) => Promise<T>): Promise<T> {
  let isDone = false;
  try {
    return await store.db.transaction().execute(async (trx) => {
      const result = await work(trx);
      isDone = true;
      return result;
    });
  } catch (error) {
    // Nothing is left but the commit, and nobody knows whether the server still got it.
    const isLost = error instanceof DatabaseUnavailableError || faultOf(error) === "database";
    if (isDone && isLost && !isUndone(error)) throw new CommitUnknownError(error);
    throw error;
  }
}
