import type * as Duckdb from "@duckdb/node-api";
import { DriverMissingError } from "./errors.ts";

/** What `@duckdb/node-api` exports. */
export type Driver = typeof Duckdb;

/**
 * Loads the driver, and with it some 60 MB of native code: at the first query, not at import.
 *
 * @throws {@link DriverMissingError} `duckdb/driver-missing`.
 */
export async function loadDriver(): Promise<Driver> {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    throw new DriverMissingError(error);
  }
}
