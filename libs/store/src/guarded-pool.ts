import type { PostgresPool, PostgresPoolClient } from "kysely";
import type pg from "pg";
import { DatabaseUnavailableError } from "./errors.ts";
import { isConnectionLost } from "./sql-state.ts";

/**
 * A pool whose broken connections are never lent again.
 *
 * G1. A connection that was lost, or whose answer did not come in time, is destroyed when it is given back: its late
 *     answer must not become that of another query.
 * G2. After that it answers nothing more, so a rollback over it does not wait in vain.
 * G3. Whatever the driver throws about connections becomes `db/unavailable`, here and nowhere else.
 */
export function guardedPool(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: async () => await pool.end(),
    connect: async () => {
      try {
        return guardedClient(await pool.connect());
      } catch (error) {
        throw new DatabaseUnavailableError(error);
      }
    },
  };
}

function guardedClient(client: pg.PoolClient): PostgresPoolClient {
  let broken: Error | undefined;
  const query = async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    if (broken !== undefined) throw new DatabaseUnavailableError(broken);
    try {
      return await client.query(text, [...(values ?? [])]);
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      broken = error instanceof Error ? error : new DatabaseUnavailableError(error);
      throw new DatabaseUnavailableError(error);
    }
  };
  return {
    // Known to the driver, and missing from its types.
    processID: Number(Reflect.get(client, "processID")),
    // kysely's other signature is for cursors, which this dialect does not have.
    query: query as unknown as PostgresPoolClient["query"],
    release: (destroy = false) => client.release(broken ?? destroy),
  };
}
