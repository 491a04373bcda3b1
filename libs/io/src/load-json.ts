import type { NodeContext } from "@weirflow/dataflow";
import { eachTime, type IoNode } from "./each-time.ts";
import { FileFormatError } from "./errors.ts";
import { DEFAULT_MAX_BYTES, readWhole } from "./open-file.ts";
import { decodeText } from "./decode-text.ts";
import type { Json } from "./json.ts";

/** What {@link loadJson} takes. */
export interface LoadJsonOptions {
  readonly path: string;
  /** @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Reads a JSON file (UTF-8).
 *
 * Records `path`, `sizeBytes`.
 *
 * @throws {@link FileMissingError} `io/file-missing`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`, {@link FileFormatError} `io/file-format`.
 * @example
 * export const settings = bind(loadJson, { path: "settingsPath" });
 */
export const loadJson: IoNode<LoadJsonOptions, Json> = eachTime(readJson);

async function readJson(
  { path, maxBytes = DEFAULT_MAX_BYTES }: LoadJsonOptions,
  { record, signal }: NodeContext,
): Promise<Json> {
  const bytes = await readWhole({ path, maxBytes, signal });
  record({ path, sizeBytes: bytes.length });
  return parseJson(decodeText(bytes, { path, format: "JSON" }), path);
}

function parseJson(text: string, path: string): Json {
  try {
    return JSON.parse(text) as Json; // what JSON.parse gives is JSON
  } catch (error) {
    throw new FileFormatError(path, "JSON", error instanceof Error ? error.message : "", error);
  }
}
