import type { NodeContext } from "@weirflow/dataflow";
import { eachTime, type IoNode } from "./each-time.ts";
import { decodeText } from "./decode-text.ts";
import { DEFAULT_MAX_BYTES, readWhole } from "./open-file.ts";

/** What {@link loadText} takes. */
export interface LoadTextOptions {
  readonly path: string;
  /** A label that `TextDecoder` knows: `latin1`, `utf-16le`, `shift_jis`, … @default "utf-8" */
  readonly encoding?: string | undefined;
  /** @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Reads a text file; a byte order mark at its start is left out.
 *
 * Records `path`, `sizeBytes`.
 *
 * @throws {@link FileMissingError} `io/file-missing`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`, {@link FileFormatError} `io/file-format` where it is not
 * of its encoding, {@link InvalidOptionError} `io/invalid-option`.
 * @example
 * export const prompt = bind(loadText, { path: "promptPath" });
 */
export const loadText: IoNode<LoadTextOptions, string> = eachTime(readText);

async function readText(
  { path, encoding = "utf-8", maxBytes = DEFAULT_MAX_BYTES }: LoadTextOptions,
  { record, signal }: NodeContext,
): Promise<string> {
  const bytes = await readWhole({ path, maxBytes, signal });
  record({ path, sizeBytes: bytes.length });
  return decodeText(bytes, { path, encoding, format: "text" });
}
