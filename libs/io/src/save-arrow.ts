import type { NodeContext } from "@weirflow/dataflow";
import { tableToIPC } from "apache-arrow";
import { eachTime, type IoNode } from "./each-time.ts";
import { toArrow } from "./arrow-table.ts";
import { DEFAULT_MAX_BYTES } from "./open-file.ts";
import { sizeOf, type Table } from "./table.ts";
import { type SavedFile, writeWhole } from "./write-whole.ts";

/** What {@link saveArrow} takes. */
export interface SaveArrowOptions {
  readonly path: string;
  readonly value: Table;
  /** @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Writes a table as an Arrow IPC file, whole or not at all; makes missing folders.
 *
 * Records `path`, `sizeBytes`, `rows`, `columns`.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`.
 * @example
 * export const features = node(makeFeatures, { save: bind(saveArrow, { path: "featuresPath" }) });
 */
export const saveArrow: IoNode<SaveArrowOptions, SavedFile> = eachTime(writeArrow);

async function writeArrow(
  { path, value, maxBytes = DEFAULT_MAX_BYTES }: SaveArrowOptions,
  { record, signal }: NodeContext,
): Promise<SavedFile> {
  const parts = [tableToIPC(toArrow(value), "file")];
  const saved = await writeWhole({ path, parts, maxBytes, signal });
  record({ ...saved, ...sizeOf(value) });
  return saved;
}
