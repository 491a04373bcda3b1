import type { NodeContext } from "@weirflow/dataflow";
import { type BasicType, type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { eachTime, type IoNode } from "./each-time.ts";
import { InvalidColumnError } from "./errors.ts";
import { DEFAULT_MAX_BYTES } from "./open-file.ts";
import { type Column, type ColumnKind, fits64, kindOf, sizeOf, type Table } from "./table.ts";
import { type SavedFile, writeWhole } from "./write-whole.ts";

/** What {@link saveParquet} takes. */
export interface SaveParquetOptions {
  readonly path: string;
  readonly value: Table;
  /** @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Writes a table as a Parquet file (compressed by Snappy), whole or not at all; makes missing folders.
 *
 * Records `path`, `sizeBytes`, `rows`, `columns`.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`.
 * @example
 * export const predictions = node(predict, { save: bind(saveParquet, { path: "outPath" }) });
 */
export const saveParquet: IoNode<SaveParquetOptions, SavedFile> = eachTime(writeParquet);

async function writeParquet(
  { path, value, maxBytes = DEFAULT_MAX_BYTES }: SaveParquetOptions,
  { record, signal }: NodeContext,
): Promise<SavedFile> {
  const size = sizeOf(value);
  const columnData = Object.entries(value).map(([name, column]) => toSource(name, column));
  const parts = [new Uint8Array(parquetWriteBuffer({ columnData }))];
  const saved = await writeWhole({ path, parts, maxBytes, signal });
  record({ ...saved, ...size });
  return saved;
}

const TYPES: Readonly<Record<ColumnKind, BasicType>> = {
  float64: "DOUBLE",
  float32: "FLOAT",
  int32: "INT32",
  int64: "INT64",
  text: "STRING",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  bigint: "INT64",
  date: "TIMESTAMP",
};

function toSource(name: string, column: Column): ColumnSource {
  const kind = kindOf(name, column);
  if (kind === "bigint") checkIntegers(name, column);
  const data = Array.isArray(column) ? [...column] : column;
  return {
    name,
    data: data as ColumnSource["data"],
    type: TYPES[kind],
    nullable: Array.isArray(column),
  }; // arrays of one kind
}

function checkIntegers(name: string, column: Column): void {
  for (const cell of column)
    if (typeof cell === "bigint" && !fits64(cell))
      throw new InvalidColumnError(name, `has ${cell}, which is no integer of 64 bits`);
}
