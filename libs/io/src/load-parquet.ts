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
import { FileFormatError, InvalidColumnError } from "./errors.ts";
import { DEFAULT_MAX_BYTES, readWhole } from "./open-file.ts";
import { canonicalColumn, type Cell, type Column, kindOf, sizeOf, type Table } from "./table.ts";

/** What {@link loadParquet} takes. */
export interface LoadParquetOptions {
  readonly path: string;
  /** @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Reads a Parquet file (compressed by Snappy, gzip, Brotli, Zstandard, or not at all) as a table.
 *
 * Records `path`, `sizeBytes`, `rows`, `columns`.
 *
 * @throws {@link FileMissingError} `io/file-missing`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`, {@link FileFormatError} `io/file-format`,
 * {@link InvalidColumnError} `io/invalid-column` for lists, structs and bytes.
 * @example
 * export const trips = bind(loadParquet, { path: "tripsPath" });
 */
export const loadParquet: IoNode<LoadParquetOptions, Table> = eachTime(readParquet);

async function readParquet(
  { path, maxBytes = DEFAULT_MAX_BYTES }: LoadParquetOptions,
  { record, signal }: NodeContext,
): Promise<Table> {
  const bytes = await readWhole({ path, maxBytes, signal });
  const table = await parse(bytes, path);
  record({ path, sizeBytes: bytes.length, ...sizeOf(table) });
  return table;
}

const compressors: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
  ZSTD: (input) => zstdDecompressSync(input),
};

async function parse(bytes: Uint8Array, path: string): Promise<Table> {
  try {
    const file = new Uint8Array(bytes).buffer;
    const scan = await parquetScan({ file, compressors });
    const columns: [string, Column][] = [];
    for (const child of parquetSchema(scan.metadata).children)
      columns.push([child.element.name, await readColumn(scan, child)]);
    return Object.fromEntries(columns);
  } catch (error) {
    if (error instanceof InvalidColumnError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new FileFormatError(path, "Parquet", why, error);
  }
}

async function readColumn(scan: ParquetScan, { element, children }: SchemaTree): Promise<Column> {
  const { name } = element;
  if (children.length > 0) throw new InvalidColumnError(name, "holds lists or structs");
  const cells: Cell[] = [];
  for (const range of scan.ranges) {
    // `kindOf` refuses what is no cell
    const read: ArrayLike<Cell | undefined> = await scan.readColumn({ column: name, ...range });
    for (let i = 0; i < read.length; i++) cells.push(read[i] ?? null);
  }
  kindOf(name, cells);
  return cells.includes(null) ? cells : typed(name, cells, element);
}

/** A column without gaps. */
function typed(name: string, cells: readonly Cell[], element: SchemaTree["element"]): Column {
  if (element.converted_type !== undefined || element.logical_type !== undefined)
    return canonicalColumn(name, cells);
  // the physical type says what the cells are
  switch (element.type) {
    case "DOUBLE":
      return Float64Array.from(cells as readonly number[]);
    case "FLOAT":
      return Float32Array.from(cells as readonly number[]);
    case "INT32":
      return Int32Array.from(cells as readonly number[]);
    case "INT64":
      return BigInt64Array.from(cells as readonly bigint[]);
    default:
      return cells;
  }
}
