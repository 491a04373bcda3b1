import { FileFormatError } from "./errors.ts";

/**
 * Text from UTF-8, without a byte order mark.
 *
 * @throws {@link FileFormatError} `io/file-format` where the bytes are no UTF-8.
 */
export function decodeText(bytes: Uint8Array, path: string, format: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new FileFormatError(path, format, "it is not UTF-8", error);
  }
}
