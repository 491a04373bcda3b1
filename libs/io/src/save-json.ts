import type { NodeContext } from "@weirflow/dataflow";
import { eachTime, type IoNode } from "./each-time.ts";
import { DEFAULT_MAX_BYTES } from "./open-file.ts";
import { type SavedFile, writeWhole } from "./write-whole.ts";
import { UnwritableValueError } from "./errors.ts";
import { checkJson, type Json } from "./json.ts";

/** What {@link saveJson} takes. */
export interface SaveJsonOptions {
  readonly path: string;
  /** What JSON can say: texts, finite numbers, booleans, `null`, lists and plain records of such. */
  readonly value: unknown;
  /** Spaces for each level; 0 writes one line. @default 2 */
  readonly indent?: number | undefined;
  /** @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Writes a JSON file (UTF-8), whole or not at all; makes missing folders. −0 is written as 0.
 *
 * Records `path`, `sizeBytes`.
 *
 * @throws {@link UnwritableValueError} `io/unwritable-value`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`.
 * @example
 * export const report = node(makeReport, { save: bind(saveJson, { path: "reportPath" }) });
 */
export const saveJson: IoNode<SaveJsonOptions, SavedFile> = eachTime(writeJson);

async function writeJson(
  { path, value, indent = 2, maxBytes = DEFAULT_MAX_BYTES }: SaveJsonOptions,
  { record, signal }: NodeContext,
): Promise<SavedFile> {
  checkJson(value);
  const parts = [toText(value, indent), "\n"];
  const saved = await writeWhole({ path, parts, maxBytes, signal });
  record({ ...saved });
  return saved;
}

function toText(value: Json, indent: number): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch {
    throw new UnwritableValueError("JSON", "it is longer than a text can be, half a GiB");
  }
}
