import { didYouMean, type Disposition, WeirError } from "@weirflow/errors";

/** A file that is to be read does not exist. */
export class FileMissingError extends WeirError {
  override readonly code = "io/file-missing";
  readonly path: string;
  constructor(path: string, folder: { readonly path: string; readonly names: readonly string[] }) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    super(`there is no file "${path}"${didYouMean(name, folder.names)}`, {
      hint:
        folder.names.length === 0
          ? `the folder "${folder.path}" is empty or missing`
          : `the folder "${folder.path}" has ${folder.names.length} entries`,
    });
    this.path = path;
  }
}

/** A file cannot be read or written: rights, a folder in its place, a full disk. Some reasons pass. */
export class FileAccessError extends WeirError {
  override readonly code = "io/file-access";
  override readonly disposition: Disposition;
  readonly path: string;
  constructor(path: string, what: "read" | "write", cause: unknown) {
    super(`cannot ${what} "${path}": ${reasonOf(cause)}`, { cause });
    this.disposition = PASSING_FILE_ERRORS.has(codeOf(cause)) ? "retry" : "fail";
    this.path = path;
  }
}

/** More bytes than `maxBytes` allows. */
export class TooLargeError extends WeirError {
  override readonly code = "io/too-large";
  readonly maxBytes: number;
  constructor(what: string, maxBytes: number) {
    super(`"${what}" has more than ${maxBytes} bytes`, {
      hint: "give a larger `maxBytes`, if the machine has the memory",
    });
    this.maxBytes = maxBytes;
  }
}

/** The content of a file is not what its format says. */
export class FileFormatError extends WeirError {
  override readonly code = "io/file-format";
  readonly path: string;
  constructor(path: string, format: string, why: string, cause?: unknown) {
    super(`"${path}" cannot be read as ${format}: ${why}`, { cause });
    this.path = path;
  }
}

/** An option has a value that it cannot have. */
export class InvalidOptionError extends WeirError {
  override readonly code = "io/invalid-option";
  readonly option: string;
  constructor(option: string, value: string, why: string, cause?: unknown) {
    super(`"${value}" as \`${option}\` is ${why}`, { cause });
    this.option = option;
  }
}

/** A value cannot be written in a format. */
export class UnwritableValueError extends WeirError {
  override readonly code = "io/unwritable-value";
  constructor(format: string, why: string, hint?: string) {
    super(`the value cannot be written as ${format}: ${why}`, hint === undefined ? {} : { hint });
  }
}

/** A column of a table holds what no column may, or has another length than the rest. */
export class InvalidColumnError extends WeirError {
  override readonly code = "io/invalid-column";
  readonly column: string;
  readonly #why: string;
  constructor(column: string, why: string, path?: string) {
    super(`column "${column}"${path === undefined ? "" : ` of "${path}"`} ${why}`, {
      hint: "a column is a Float64Array, Float32Array, Int32Array, BigInt64Array, or an array of texts, numbers, booleans, bigints or dates of one kind, with null for what is missing",
    });
    this.column = column;
    this.#why = why;
  }

  /** The same of a column in a file. */
  of(path: string): InvalidColumnError {
    return new InvalidColumnError(this.column, this.#why, path);
  }
}

/** A query failed, gave too much, or a table refused the rows; a lost connection and the like may pass. */
export class SqlError extends WeirError {
  override readonly code = "io/sql";
  override readonly disposition: Disposition;
  constructor(what: string, cause?: unknown, hint?: string) {
    super(cause === undefined ? what : `${what}: ${reasonOf(cause)}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
    this.disposition = PASSING_SQL_ERRORS.test(codeOf(cause)) ? "retry" : "fail";
  }
}

/** An address that must not be asked: another protocol, a private network, a host that is not allowed. */
export class UrlRefusedError extends WeirError {
  override readonly code = "io/url-refused";
  constructor(url: string, why: string, hint?: string) {
    super(`"${url}" is not asked: ${why}`, hint === undefined ? {} : { hint });
  }
}

/** A server did not answer, or not with what was wanted; says whether another try may help. */
export class UrlFailedError extends WeirError {
  override readonly code = "io/url-failed";
  override readonly disposition: Disposition;
  /** The status that the server gave, if it gave one. */
  readonly status: number | undefined;
  constructor(url: string, why: string, facts: UrlFailure = {}) {
    super(`"${url}" was not loaded: ${why}`, { cause: facts.cause });
    this.status = facts.status;
    this.disposition = isWorthARetry(facts) ? "retry" : "fail";
  }
}

interface UrlFailure {
  readonly status?: number;
  readonly cause?: unknown;
}

/** Not where the server blames the request, nor where it would answer the same again. */
function isWorthARetry({ status, cause }: UrlFailure): boolean {
  if (status !== undefined) return status >= 500 || status === 408 || status === 429;
  return cause !== undefined && !LASTING_URL_ERRORS.test(codeOf(cause));
}

/** Certificates that are not valid, headers that no request may have. */
const LASTING_URL_ERRORS = /CERT|^ERR_TLS|^UNABLE_TO|^ERR_INVALID|^ERR_HTTP_INVALID/;

/** Too many open files, a file in use, a disk of the network that is away. */
const PASSING_FILE_ERRORS = new Set([
  "EMFILE",
  "ENFILE",
  "EAGAIN",
  "EBUSY",
  "EIO",
  "ESTALE",
  "ETIMEDOUT",
]);

/** Lost connections, servers that are starting, stopping or full, and transactions in each other's way. */
const PASSING_SQL_ERRORS =
  /^(?:08...|40...|53...|55P03|57P0.|ECONN.*|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|PROTOCOL_CONNECTION_LOST|ER_LOCK_.*)$|^Connection terminated/;

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  return "code" in cause ? String(cause.code) : cause.message; // `pg` gives a lost connection no code
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message === "" ? codeOf(cause) : cause.message; // of several addresses none answered
}
