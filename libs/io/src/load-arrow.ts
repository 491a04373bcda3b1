import type { NodeContext } from "@weirflow/dataflow";
import { type Table as ArrowTable, tableFromIPC } from "apache-arrow";
import { eachTime, type IoNode } from "./each-time.ts";
import { fromArrow } from "./arrow-table.ts";
import { FileFormatError } from "./errors.ts";
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
 * {@link InvalidColumnError} `io/invalid-column` for lists, structs, decimals and bytes.
 * @example
 * export const features = bind(loadArrow, { path: "featuresPath" });
 */
export const loadArrow: IoNode<LoadArrowOptions, Table> = eachTime(readArrow);

async function readArrow(
  { path, maxBytes = DEFAULT_MAX_BYTES }: LoadArrowOptions,
  { record, signal }: NodeContext,
): Promise<Table> {
  const bytes = await readWhole({ path, maxBytes, signal });
  const table = fromArrow(parse(bytes, path));
  record({ path, sizeBytes: bytes.length, ...sizeOf(table) });
  return table;
}

function parse(bytes: Uint8Array, path: string): ArrowTable {
  if (bytes.length === 0) throw new FileFormatError(path, "Arrow IPC", "it is empty");
  try {
    return tableFromIPC(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FileFormatError(path, "Arrow IPC", why, error);
  }
}
