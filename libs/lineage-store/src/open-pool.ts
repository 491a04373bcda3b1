import type { PostgresPool, PostgresPoolClient } from "kysely";
import pg from "pg";
import type { LineageStoreOptions } from "./lineage-store.ts";
import { isUnavailable } from "./translate-error.ts";

/** Opens a pool that throws away clients whose connection failed; its 64-bit integers are numbers. */
export function openPool(options: LineageStoreOptions): PostgresPool {
  const { url, maxConnections = 5, applicationName = "weirflow-lineage" } = options;
  const onError = options.onConnectionError ?? (() => undefined);
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    types: { getTypeParser: parserOf },
  });
  // A pool hears only of idle clients; one that is checked out would otherwise end the process.
  pool.on("error", onError);
  pool.on("connect", (client) => client.on("error", onError));
  return {
    options: pool.options,
    connect: async () => guarded(await pool.connect()),
    end: async () => await pool.end(),
  };
}

/** A connection that the server cut is still queryable for a moment: it must not be lent again. */
function guarded(client: pg.PoolClient): PostgresPoolClient {
  let isBroken = false;
  const query = async (text: string, parameters: readonly unknown[]): Promise<pg.QueryResult> => {
    try {
      return await client.query(text, [...parameters]);
    } catch (error) {
      isBroken ||= isUnavailable(error);
      throw error;
    }
  };
  return {
    // Names the session whose statement an abort cancels; absent from the types of `pg`.
    processID: Number(Reflect.get(client, "processID")),
    // The other overload takes cursors, which are never opened here.
    query: query as unknown as PostgresPoolClient["query"],
    release: (destroy = false) => client.release(destroy || isBroken),
  };
}

/** None of our 64-bit integers passes 2^53. */
function parserOf(...args: Parameters<typeof pg.types.getTypeParser>): (text: string) => unknown {
  return args[0] === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(...args);
}
