import pg from "pg";

/** Serialisation failure and deadlock: the server undid everything, so doing it again is safe. */
const UNDONE = new Set(["40001", "40P01"]);
/** The server's own trouble: connections, resources, shutdown, statements given up, its disks, itself. */
const DATABASE = /^(?:08|25P|40|53|55P03|57|58|XX)/;
/** Of these, the ones after which the connection is gone. */
const GONE = /^(?:08|57P0)/;
/** Data that does not fit: its form, or a constraint. */
const DATA = /^2[23]/;

/** Whose trouble an error is: the database's, that of the data, or neither (a mistake in a statement). */
export function faultOf(error: unknown): "database" | "data" | undefined {
  const state = sqlState(error);
  if (state === undefined) return undefined;
  if (DATABASE.test(state)) return "database";
  return DATA.test(state) ? "data" : undefined;
}

/** Whether the server undid everything for the sake of another transaction. */
export function isUndone(error: unknown): boolean {
  return UNDONE.has(sqlState(error) ?? "");
}

/** Whether the connection is of no use after this error: the server ended it, or no answer came at all. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined ? !isMistake(error) : GONE.test(state);
}

/** The five characters of SQLSTATE, when the server said them. */
function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Thrown by the driver before anything was sent: a value that it cannot write. */
function isMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError;
}
