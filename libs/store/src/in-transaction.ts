import { retry } from "@weirflow/lifecycle";
import { isWeirError } from "@weirflow/errors";
import type { Transaction } from "kysely";
import { CommitUnknownError, DatabaseUnavailableError, DataRefusedError } from "./errors.ts";
import type { Store } from "./open-store.ts";
import type { Database } from "./tables.ts";

/** An open transaction of the orchestration database. */
export type Trx = Transaction<Database>;

/** Serialisation failure and deadlock: the server undid everything, so doing it again is safe. */
const RETRYABLE = new Set(["40001", "40P01"]);

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
  const policy = { attempts: 5, firstDelayMs: 10, maxDelayMs: 200, jitter: 1 };
  // What still fails after that is the database's trouble, not that of the data.
  return await orUnavailable(
    async () =>
      await retry(policy, async () => await once(store, work), {
        signal,
        shouldRetry: (error) => RETRYABLE.has(sqlState(error) ?? ""),
      }),
  );
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
    if (isWeirError(error) || RETRYABLE.has(sqlState(error) ?? "")) throw error;
    if (!isConnectionError(error)) throw error;
    throw isDone ? new CommitUnknownError(error) : new DatabaseUnavailableError(error);
  }
}

/**
 * Runs one statement outside a transaction.
 *
 * @throws {@link DatabaseUnavailableError} `db/unavailable` · {@link DataRefusedError} `db/data-refused`.
 */
export async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isConnectionError(error)) throw new DatabaseUnavailableError(error);
    if (isDataError(error)) throw new DataRefusedError(error);
    throw error;
  }
}

/** The server's classes for data that does not fit: its form, or a constraint. */
function isDataError(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? "");
}

/** The five characters of SQLSTATE, when the server said them. */
export function sqlState(error: unknown): string | undefined {
  const code: unknown =
    typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/**
 * The server's classes for its own trouble (connections, resources, shutdown, statements given up, deadlocks), or no
 * answer at all: no SQLSTATE.
 */
function isConnectionError(error: unknown): boolean {
  const state = sqlState(error);
  if (isWeirError(error)) return false;
  if (state !== undefined) return /^(?:08|57|53|25P|40|55P03)/.test(state);
  if (!(error instanceof Error)) return false;
  return (
    /terminated|ECONN|EPIPE|timeout|Connection|closed|not queryable/i.test(error.message) ||
    Reflect.has(error, "errno")
  );
}
