import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import type { NodeContext } from "@weirflow/dataflow";
import {
  type Compressors,
  type ParquetScan,
  parquetScan,
  parquetSchema,
  type SchemaTree,
} from "hyparquet";
import { eachTime, type IoNode } from "./each-time.ts";
import { FileFormatError, InvalidColumnError, TooLargeError } from "./errors.ts";
import { DEFAULT_MAX_BYTES, type ReadOptions, readWhole } from "./open-file.ts";
import { parquetColumn } from "./parquet-column.ts";
import { type Cell, type Column, kindOf, sizeOf, type Table, tableOf } from "./table.ts";

/** What {@link loadParquet} takes. */
export interface LoadParquetOptions {
  readonly path: string;
  /** Of the file, and of its table where each cell takes eight bytes. @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Reads a Parquet file (compressed by Snappy, gzip, Brotli, Zstandard, or not at all) as a table.
 *
 * Decimals become numbers; instants finer than a millisecond are cut.
 *
 * Records `path`, `sizeBytes`, `rows`, `columns`.
 *
 * @throws {@link FileMissingError} `io/file-missing`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`, {@link FileFormatError} `io/file-format`,
 * {@link InvalidColumnError} `io/invalid-column` for lists, structs, JSON, bytes, times of day, and
 * decimals of more than 15 digits.
 * @example
 * export const trips = bind(loadParquet, { path: "tripsPath" });
 */
export const loadParquet: IoNode<LoadParquetOptions, Table> = eachTime(readParquet);

async function readParquet(
  { path, maxBytes = DEFAULT_MAX_BYTES }: LoadParquetOptions,
  { record, signal }: NodeContext,
): Promise<Table> {
  const bytes = await readWhole({ path, maxBytes, signal });
  const table = await parse(bytes, { path, maxBytes, signal });
  record({ path, sizeBytes: bytes.length, ...sizeOf(table) });
  return table;
}

const compressors: Compressors = {
  GZIP: unlessEmpty(gunzipSync),
  BROTLI: unlessEmpty(brotliDecompressSync),
  ZSTD: unlessEmpty(zstdDecompressSync),
};

type Decompress = (input: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** A page unfolds to what its head says, and no further; one of missing values alone is nothing, also compressed. */
function unlessEmpty(decompress: Decompress): (input: Uint8Array, sizeBytes: number) => Uint8Array {
  return (input, sizeBytes) =>
    sizeBytes === 0 ? new Uint8Array() : decompress(input, { maxOutputLength: sizeBytes });
}

async function parse(bytes: Uint8Array, options: ReadOptions): Promise<Table> {
  const { path, signal } = options;
  try {
    const file = new Uint8Array(bytes).buffer;
    const scan = await parquetScan({ file, compressors });
    const { children } = parquetSchema(scan.metadata);
    checkSize(scan, children.length, options);
    const columns: [string, Column][] = [];
    for (const child of children)
      columns.push([child.element.name, await readColumn(scan, child, signal)]);
    return tableOf(columns);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof InvalidColumnError) throw error.of(path);
    if (error instanceof TooLargeError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new FileFormatError(path, "Parquet", why, error);
  }
}

/** A number in a typed array. */
const BYTES_OF_CELL = 8;

/** A few bytes may say that a value is there a billion times. */
function checkSize(
  { ranges }: ParquetScan,
  columns: number,
  { path, maxBytes }: ReadOptions,
): void {
  const rows = ranges.reduce((sum, { rowStart, rowEnd }) => sum + rowEnd - rowStart, 0);
  if (rows * columns * BYTES_OF_CELL > maxBytes) throw new TooLargeError(path, maxBytes);
}

async function readColumn(
  scan: ParquetScan,
  { element, children }: SchemaTree,
  signal: AbortSignal,
): Promise<Column> {
  const { name } = element;
  if (children.length > 0) throw new InvalidColumnError(name, "holds lists or structs");
  const toColumn = parquetColumn(element);
  const cells: Cell[] = [];
  for (const range of scan.ranges) {
    signal.throwIfAborted();
    // `kindOf` refuses what is no cell
    const read: ArrayLike<Cell | undefined> = await scan.readColumn({ column: name, ...range });
    const rows = range.rowEnd - range.rowStart;
    if (read.length !== rows)
      throw new RangeError(`column "${name}" has ${read.length} of ${rows} rows`);
    for (let i = 0; i < rows; i++) cells.push(read[i] ?? null);
  }
  kindOf(name, cells);
  return toColumn(cells);
}
