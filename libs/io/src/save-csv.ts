import type { NodeContext } from "@weirflow/dataflow";
import { eachTime, type IoNode } from "./each-time.ts";
import { checkDelimiter } from "./csv-cells.ts";
import { DEFAULT_MAX_BYTES } from "./open-file.ts";
import { type SavedFile, writeWhole } from "./write-whole.ts";
import { type Cell, type Column, kindOf, sizeOf, type Table } from "./table.ts";

/** What {@link saveCsv} takes. */
export interface SaveCsvOptions {
  readonly path: string;
  readonly value: Table;
  /** What stands between cells. @default "," */
  readonly delimiter?: string | undefined;
  /** Whether the first row names the columns. @default true */
  readonly header?: boolean | undefined;
  /** @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Writes a table as a CSV file (UTF-8), whole or not at all; makes missing folders.
 *
 * `null` and `NaN` are empty cells, an empty text is `""`, dates are ISO 8601 in UTC.
 *
 * Records `path`, `sizeBytes`, `rows`, `columns`.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`, {@link InvalidOptionError} `io/invalid-option`.
 * @example
 * export const predictions = node(predict, { save: bind(saveCsv, { path: "outPath" }) });
 */
export const saveCsv: IoNode<SaveCsvOptions, SavedFile> = eachTime(writeCsv);

async function writeCsv(
  { path, value, delimiter = ",", header = true, maxBytes = DEFAULT_MAX_BYTES }: SaveCsvOptions,
  { record, signal }: NodeContext,
): Promise<SavedFile> {
  checkDelimiter(delimiter);
  const size = sizeOf(value);
  for (const [name, column] of Object.entries(value)) kindOf(name, column);
  const parts = csvParts(value, size.rows, { delimiter, header });
  const saved = await writeWhole({ path, parts, maxBytes, signal });
  record({ ...saved, ...size });
  return saved;
}

/** Rows that are written at once. */
const BATCH_ROWS = 1_000;

function* csvParts(
  table: Table,
  rows: number,
  { delimiter, header }: { readonly delimiter: string; readonly header: boolean },
): Generator<string> {
  const columns: readonly Column[] = Object.values(table);
  if (columns.length === 0) return;
  const line = (cells: readonly (Cell | undefined)[]): string =>
    `${cells.map((cell) => written(cell ?? null, delimiter)).join(delimiter)}\n`;
  if (header) yield line(Object.keys(table));
  for (let start = 0; start < rows; start += BATCH_ROWS) {
    let text = "";
    for (let row = start; row < Math.min(rows, start + BATCH_ROWS); row++)
      text += line(columns.map((column) => column[row]));
    yield text;
  }
}

function written(cell: Cell, delimiter: string): string {
  if (cell === null || Number.isNaN(cell)) return "";
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== "string") return Object.is(cell, -0) ? "-0" : String(cell);
  const isSafe = cell !== "" && !/["\r\n]|^\s|\s$/.test(cell) && !cell.includes(delimiter);
  return isSafe ? cell : `"${cell.replaceAll('"', '""')}"`;
}
