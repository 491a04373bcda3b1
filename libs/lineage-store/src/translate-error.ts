import { isWeirError, type WeirError } from "@weirflow/errors";
import { CancelledError } from "@weirflow/lifecycle";
import { LineageDataError, LineageStatementError, LineageUnavailableError } from "./errors.ts";

/** Classes and codes of SQLSTATE that mean: the server is away, stopping, or out of resources. */
const UNAVAILABLE = /^(?:08|53|57P|58|25006)/;
/** The data themselves are refused: wrong for their type, or against a constraint. */
const REFUSED = /^(?:22|23)/;
const CONFLICT = new Set(["40001", "40P01", "55P03"]);
const SOCKET =
  /ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|Connection terminated|connection timeout|not queryable|client was closed/i;

/** Whether a transaction lost against a concurrent one and may simply be tried again. */
export function isSerializationFailure(error: unknown): boolean {
  return CONFLICT.has(codeOf(error));
}

/**
 * What an error of `pg` means to us. Errors that are ours already pass unchanged.
 *
 * @param signal - an aborted one turns whatever failed into a cancellation.
 */
export function translateError(error: unknown, signal: AbortSignal): WeirError {
  if (isWeirError(error)) return error;
  if (signal.aborted) return new CancelledError("the statement", error);
  if (REFUSED.test(codeOf(error))) return new LineageDataError(error);
  if (isUnavailable(error)) return new LineageUnavailableError(error);
  return new LineageStatementError(error);
}

/** Whether the connection failed, or the server is going away. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  return UNAVAILABLE.test(code) || SOCKET.test(`${code} ${messageOf(error)}`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
