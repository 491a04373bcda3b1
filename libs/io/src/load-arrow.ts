import type { NodeContext } from "@weirflow/dataflow";
import { type Table as ArrowTable, tableFromIPC } from "apache-arrow";
import { eachTime, type IoNode } from "./each-time.ts";
import { fromArrow } from "./arrow-table.ts";
import { FileFormatError, InvalidColumnError } from "./errors.ts";
import { DEFAULT_MAX_BYTES, readWhole } from "./open-file.ts";
import { sizeOf, type Table } from "./table.ts";

/** What {@link loadArrow} takes. */
export interface LoadArrowOptions {
  readonly path: string;
  /** @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Reads an Arrow IPC file or stream as a table.
 *
 * Records `path`, `sizeBytes`, `rows`, `columns`.
 *
 * @throws {@link FileMissingError} `io/file-missing`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`, {@link FileFormatError} `io/file-format`,
 * {@link InvalidColumnError} `io/invalid-column` as {@link fromArrow}.
 * @example
 * export const features = bind(loadArrow, { path: "featuresPath" });
 */
export const loadArrow: IoNode<LoadArrowOptions, Table> = eachTime(readArrow);

async function readArrow(
  { path, maxBytes = DEFAULT_MAX_BYTES }: LoadArrowOptions,
  { record, signal }: NodeContext,
): Promise<Table> {
  const bytes = await readWhole({ path, maxBytes, signal });
  const table = parse(bytes, path);
  record({ path, sizeBytes: bytes.length, ...sizeOf(table) });
  return table;
}

function parse(bytes: Uint8Array, path: string): Table {
  if (bytes.length === 0) throw new FileFormatError(path, "Arrow IPC", "it is empty");
  try {
    const arrow = tableFromIPC(bytes);
    checkRows(arrow, bytes);
    return fromArrow(arrow);
  } catch (error) {
    if (error instanceof InvalidColumnError) throw error.of(path);
    const why = error instanceof Error ? error.message : String(error);
    throw new FileFormatError(path, "Arrow IPC", why, error);
  }
}

/** A column of nothing needs no bytes, so a few may claim any number of rows; any other needs a bit for each. */
function checkRows({ numRows }: ArrowTable, bytes: Uint8Array): void {
  if (numRows > 8 * bytes.length)
    throw new RangeError(`it claims ${numRows} rows in ${bytes.length} bytes`);
}
