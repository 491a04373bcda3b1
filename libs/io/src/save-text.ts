import type { NodeContext } from "@weirflow/dataflow";
import { eachTime, type IoNode } from "./each-time.ts";
import { UnwritableValueError } from "./errors.ts";
import { DEFAULT_MAX_BYTES } from "./open-file.ts";
import { type SavedFile, writeWhole } from "./write-whole.ts";

/** What {@link saveText} takes. */
export interface SaveTextOptions {
  readonly path: string;
  readonly value: string;
  /** @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Writes a text file (UTF-8), whole or not at all; makes missing folders.
 *
 * Records `path`, `sizeBytes`.
 *
 * @throws {@link UnwritableValueError} `io/unwritable-value` for half a surrogate pair, {@link FileAccessError}
 * `io/file-access`, {@link TooLargeError} `io/too-large`.
 * @example
 * export const page = node(makePage, { save: bind(saveText, { path: "pagePath" }) });
 */
export const saveText: IoNode<SaveTextOptions, SavedFile> = eachTime(writeText);

async function writeText(
  { path, value, maxBytes = DEFAULT_MAX_BYTES }: SaveTextOptions,
  { record, signal }: NodeContext,
): Promise<SavedFile> {
  if (!value.isWellFormed())
    throw new UnwritableValueError(
      "UTF-8",
      "it has half a character",
      "call `toWellFormed()` on it",
    );
  const saved = await writeWhole({ path, parts: [value], maxBytes, signal });
  record({ ...saved });
  return saved;
}
