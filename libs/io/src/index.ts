export { fromArrow, toArrow } from "./arrow-table.ts";
export type { CsvType } from "./csv-column.ts";
export type { IoNode } from "./each-time.ts";
export {
  FileAccessError,
  FileFormatError,
  FileMissingError,
  InvalidColumnError,
  InvalidOptionError,
  SqlError,
  TooLargeError,
  UnwritableValueError,
  UrlFailedError,
  UrlRefusedError,
} from "./errors.ts";
export type { SavedFile } from "./write-whole.ts";
export type { Json } from "./json.ts";
export { loadArrow, type LoadArrowOptions } from "./load-arrow.ts";
export { loadCsv, type LoadCsvOptions } from "./load-csv.ts";
export { loadJson, type LoadJsonOptions } from "./load-json.ts";
export { loadParquet, type LoadParquetOptions } from "./load-parquet.ts";
export { loadSql, type LoadSqlOptions, type SqlQuery } from "./load-sql.ts";
export { loadText, type LoadTextOptions } from "./load-text.ts";
export { loadUrl, type LoadUrlOptions } from "./load-url.ts";
export { saveArrow, type SaveArrowOptions } from "./save-arrow.ts";
export { saveCsv, type SaveCsvOptions } from "./save-csv.ts";
export { saveJson, type SaveJsonOptions } from "./save-json.ts";
export { saveParquet, type SaveParquetOptions } from "./save-parquet.ts";
export { type SavedRows, saveSql, type SaveSqlOptions } from "./save-sql.ts";
export { saveText, type SaveTextOptions } from "./save-text.ts";
export type { SqlDatabase } from "./sql-transaction.ts";
export type { Cell, Column, Table } from "./table.ts";
