import { didYouMean, WeirError } from "@weirflow/errors";

/** No file is there: none of the name, or none that a pattern fits. */
export class FileMissingError extends WeirError {
  override readonly code = "duckdb/file-missing";
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

/** A file cannot be read: rights, a folder in its place, a name that would be taken for a pattern. */
export class FileAccessError extends WeirError {
  override readonly code = "duckdb/file-access";
  readonly path: string;
  constructor(path: string, why: string, cause?: unknown) {
    super(`cannot read "${path}": ${why}`, { cause });
    this.path = path;
  }
}

/** The content of a file is not what its format says. */
export class FileFormatError extends WeirError {
  override readonly code = "duckdb/file-format";
  readonly path: string;
  readonly #why: string;
  constructor(path: string, why: string, cause: unknown) {
    super(`"${path}" cannot be read: ${why}`, {
      hint: "say its `format`, or by `csv` its `delimiter`, the `types` of its columns, or that more `sampleRows` are looked at",
      cause,
    });
    this.path = path;
    this.#why = why;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { path: this.path, why: this.#why };
  }
}

/** A query is wrong, or failed on its way. */
export class QueryError extends WeirError {
  override readonly code = "duckdb/query";
  readonly #why: string;
  constructor(why: string, hint?: string, cause?: unknown) {
    super(`the query failed: ${why}`, { ...(hint === undefined ? {} : { hint }), cause });
    this.#why = why;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { why: this.#why, hint: this.hint ?? "" };
  }
}

/** A query wanted what it must not have: another file, an address, a setting, or to change something. */
export class ForbiddenError extends WeirError {
  override readonly code = "duckdb/forbidden";
  readonly #why: string;
  constructor(why: string, cause?: unknown) {
    super(`the query is not allowed: ${why}`, {
      hint: "a query is one `select` that reads the files named by `path` and `tables`, and nothing else",
      cause,
    });
    this.#why = why;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { why: this.#why };
  }
}

/** A parameter is missing, has no place in the query, or is nothing that a query takes. */
export class InvalidParameterError extends WeirError {
  override readonly code = "duckdb/invalid-parameter";
  readonly parameter: string;
  readonly #why: string;
  constructor(parameter: string, why: string) {
    super(`the parameter "${parameter}" ${why}`, {
      hint: "write `$name` in the query and give `parameters: { name: … }`: texts, numbers, bigints, booleans, dates, null, or a list of one kind",
    });
    this.parameter = parameter;
    this.#why = why;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { parameter: this.parameter, why: this.#why };
  }
}

/** A column is not there, is there twice, or holds what no column of a table holds. */
export class InvalidColumnError extends WeirError {
  override readonly code = "duckdb/invalid-column";
  readonly column: string;
  readonly #why: string;
  constructor(column: string, why: string, hint: string, cause?: unknown) {
    super(`column "${column}" ${why}`, { hint, cause });
    this.column = column;
    this.#why = why;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { column: this.column, why: this.#why, hint: this.hint ?? "" };
  }
}

/** An option has a value that it cannot have. */
export class InvalidOptionError extends WeirError {
  override readonly code = "duckdb/invalid-option";
  readonly option: string;
  constructor(option: string, why: string) {
    super(`\`${option}\` ${why}`);
    this.option = option;
  }
}

/** A table would have more bytes than `tableBytes` allows. */
export class TooLargeError extends WeirError {
  override readonly code = "duckdb/too-large";
  readonly tableBytes: number;
  constructor(tableBytes: number) {
    super(`the table has more than ${tableBytes} bytes`, {
      hint: "take it in batches (`streamDuckdb`), let the query choose or sum up, or give a larger `tableBytes`",
    });
    this.tableBytes = tableBytes;
  }
}

/** DuckDB needs more memory than `memoryBytes` for a query. */
export class MemoryLimitError extends WeirError {
  override readonly code = "duckdb/memory-limit";
  readonly memoryBytes: number;
  constructor(memoryBytes: number, cause: unknown) {
    super(`the query needs more than ${memoryBytes} bytes of memory`, {
      hint: "give a larger `memoryBytes`, or sort and group less",
      cause,
    });
    this.memoryBytes = memoryBytes;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { memoryBytes: this.memoryBytes };
  }
}

/** The native library of DuckDB is not there for this machine. */
export class DriverMissingError extends WeirError {
  override readonly code = "duckdb/driver-missing";
  constructor(cause: unknown) {
    super(`the library of DuckDB for ${process.platform}-${process.arch} cannot be loaded`, {
      hint: "install again with optional dependencies: `npm install` without `--omit=optional`",
      cause,
    });
  }
}

/** The process of a query ended by itself: native code crashed, or somebody ended it, as for want of memory. */
export class QueryEndedError extends WeirError {
  override readonly code = "duckdb/ended";
  override readonly disposition = "retry";
  constructor(why: string) {
    super(`the process of the query is gone: ${why}`, {
      hint: "give the machine more memory, or the query less by `limits`",
    });
  }
}
