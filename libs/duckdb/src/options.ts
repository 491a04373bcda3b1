import { InvalidOptionError } from "./errors.ts";

const CSV_TYPES = ["text", "number", "integer", "boolean", "date"] as const;

/** What a column of a CSV file holds. */
export type CsvType = (typeof CSV_TYPES)[number];

/** How CSV files are written. */
export interface CsvOptions {
  /** What stands between cells, one to four bytes. @default "," */
  readonly delimiter?: string | undefined;
  /** Whether the first row names the columns; else they are `column0`, `column1`, … @default true */
  readonly header?: boolean | undefined;
  /** What columns hold, by name; the others are looked at. */
  readonly types?: Readonly<Record<string, CsvType>> | undefined;
  /**
   * Rows that are looked at to see what columns hold; `Infinity` is all, which reads the file several times. A cell
   * further down that does not fit is an error.
   *
   * @default 20_480
   */
  readonly sampleRows?: number | undefined;
}

const FORMATS = ["auto", "csv", "parquet"] as const;

/** How files are written. */
export type FileFormat = (typeof FORMATS)[number];

/** Files of one form that make one table. */
export interface FileTable {
  /** A path, a pattern (`data/*.parquet`), or several of them; what fits a pattern is read in the order of names. */
  readonly path: string | readonly string[];
  /** @default "auto", by the end of the name: `.parquet` is Parquet, all else CSV, also `.csv.gz` */
  readonly format?: FileFormat | undefined;
  /** @default {} */
  readonly csv?: CsvOptions | undefined;
}

/** What a query may use. */
export interface QueryLimits {
  /** Memory of DuckDB itself. @default 1 GiB */
  readonly memoryBytes?: number | undefined;
  /** Threads of DuckDB. @default 2 */
  readonly threads?: number | undefined;
  /** The table that a loader makes: eight bytes a cell and the characters of texts. @default 1 GiB */
  readonly tableBytes?: number | undefined;
}

/** One value of a query. */
export type Scalar = string | number | bigint | boolean | Date | null;

/** What stands for a `$name` in a query: a value, or a list of one kind for `x in $name`. */
export type Parameter = Scalar | readonly Scalar[];

/** What is read, and how. */
export interface DuckdbOptions {
  /** A path, a pattern (`data/*.parquet`), or several of them; what fits a pattern is read in the order of names. */
  readonly path?: string | readonly string[] | undefined;
  /** @default "auto", by the end of the name: `.parquet` is Parquet, all else CSV, also `.csv.gz` */
  readonly format?: FileFormat | undefined;
  /** @default {} */
  readonly csv?: CsvOptions | undefined;
  /** Some columns of `path`, in this order: others are not read at all. @default [], which is all */
  readonly columns?: readonly string[] | undefined;
  /** One `select`, in which `path` is the table `file`. @default "select * from file" */
  readonly sql?: string | undefined;
  /** Values for `$name` in `sql`; they are bound, never written into the text. @default {} */
  readonly parameters?: Readonly<Record<string, Parameter>> | undefined;
  /** More files for `sql`, by the names of their tables. @default {} */
  readonly tables?: Readonly<Record<string, string | FileTable>> | undefined;
  /**
   * `float64`: each column of numbers is a `Float64Array`, `NaN` is missing, and a number that would lose digits is
   * refused. `exact`: each type has its own array, and a column with gaps is an array of cells with `null`.
   *
   * @default "float64"
   */
  readonly numbers?: "float64" | "exact" | undefined;
  /** @default {} */
  readonly limits?: QueryLimits | undefined;
}

const GIB = 1024 ** 3;

/** What a query runs on, with all defaults. */
export interface QueryPlan {
  readonly tables: ReadonlyMap<string, FileTable>;
  readonly columns: readonly string[];
  readonly sql: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly numbers: "float64" | "exact";
  readonly memoryBytes: number;
  readonly threads: number;
  readonly tableBytes: number;
}

/** The query where none is given. */
export const WHOLE_FILE = "select * from file";

/**
 * Looks at options.
 *
 * @throws {@link InvalidOptionError} `duckdb/invalid-option`.
 */
export function queryPlan(options: Complete<DuckdbOptions>): QueryPlan {
  const { path, sql, columns, parameters, numbers, limits } = options;
  const { memoryBytes = GIB, threads = 2, tableBytes = GIB } = limits;
  if (path.length === 0 && sql === WHOLE_FILE)
    throw new InvalidOptionError("path", "names no file, and there is no `sql`");
  if (columns.length > 0 && sql !== WHOLE_FILE)
    throw new InvalidOptionError("columns", "cannot stand beside `sql`, which chooses its own");
  if (!["float64", "exact"].includes(numbers))
    throw new InvalidOptionError("numbers", `is "${numbers}", neither float64 nor exact`);
  return {
    tables: tablesOf(options),
    columns,
    sql,
    parameters,
    numbers,
    memoryBytes: positive("memoryBytes", memoryBytes),
    threads: positive("threads", threads),
    tableBytes: positive("tableBytes", tableBytes),
  };
}

/** Options of which each has a value. */
export type Complete<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };

/**
 * An integer above 0.
 *
 * @throws {@link InvalidOptionError} `duckdb/invalid-option`.
 */
export function positive(option: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidOptionError(option, `is ${value}, not a whole number above 0`);
  return value;
}

function tablesOf(options: Complete<DuckdbOptions>): ReadonlyMap<string, FileTable> {
  const { path, format, csv, tables } = options;
  const all = new Map<string, FileTable>();
  if (path.length > 0) all.set("file", { path, format, csv });
  for (const [name, table] of Object.entries(tables)) {
    if (name === "" || all.has(name))
      throw new InvalidOptionError("tables", `cannot have the name "${name}"`);
    all.set(name, typeof table === "string" ? { path: table } : table);
  }
  for (const table of all.values()) checkTable(table);
  return all;
}

function checkTable({ format = "auto", csv = {} }: FileTable): void {
  const { types = {}, sampleRows = Infinity } = csv;
  if (!FORMATS.includes(format))
    throw new InvalidOptionError("format", `is "${format}", not one of ${FORMATS.join(", ")}`);
  for (const [column, type] of Object.entries(types))
    if (!CSV_TYPES.includes(type))
      throw new InvalidOptionError(
        "types",
        `says that "${column}" is "${type}", not one of ${CSV_TYPES.join(", ")}`,
      );
  if (sampleRows !== Infinity) positive("sampleRows", sampleRows);
}
