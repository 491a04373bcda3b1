export type { LoaderNode } from "./each-time.ts";
export {
  DriverMissingError,
  FileAccessError,
  FileFormatError,
  FileMissingError,
  ForbiddenError,
  InvalidColumnError,
  InvalidOptionError,
  InvalidParameterError,
  MemoryLimitError,
  QueryEndedError,
  QueryError,
  TooLargeError,
} from "./errors.ts";
export { loadDuckdb } from "./load-duckdb.ts";
export { numberColumns } from "./number-columns.ts";
export type {
  CsvOptions,
  CsvType,
  DuckdbOptions,
  FileTable,
  Parameter,
  QueryLimits,
  Scalar,
} from "./options.ts";
export { streamDuckdb, type StreamDuckdbOptions } from "./stream-duckdb.ts";
export type { Cell, Column, Table } from "./table.ts";
