import { TextDecoder } from "node:util";
import { FileFormatError, InvalidOptionError } from "./errors.ts";

/** What the bytes are of. */
export interface TextSource {
  readonly path: string;
  /** As errors call it: `CSV`. */
  readonly format: string;
  /** A label that `TextDecoder` knows. @default "utf-8" */
  readonly encoding?: string | undefined;
}

/**
 * Text from bytes, without a byte order mark.
 *
 * @throws as {@link decodeParts}.
 */
export function decodeText(bytes: Uint8Array, source: TextSource): string {
  return decodeWith(decoderOf(source), source, bytes);
}

/**
 * Text from the parts of a file, without a byte order mark.
 *
 * @throws {@link FileFormatError} `io/file-format` where the bytes are not of the encoding, or more than a text can hold
 * (half a GiB); {@link InvalidOptionError} `io/invalid-option` for an encoding that nobody knows.
 */
export async function* decodeParts(
  parts: AsyncIterable<Uint8Array>,
  source: TextSource,
): AsyncGenerator<string> {
  const decoder = decoderOf(source);
  for await (const part of parts) yield decodeWith(decoder, source, part, { stream: true });
  yield decodeWith(decoder, source);
}

function decoderOf({ encoding = "utf-8" }: TextSource): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (error) {
    throw new InvalidOptionError("encoding", encoding, 'no encoding, as "latin1" is', error);
  }
}

function decodeWith(
  decoder: TextDecoder,
  { path, format }: TextSource,
  bytes?: Uint8Array,
  options?: { readonly stream: boolean },
): string {
  try {
    return decoder.decode(bytes, options);
  } catch (error) {
    throw new FileFormatError(path, format, whyNotText(error, decoder.encoding), error);
  }
}

function whyNotText(error: unknown, encoding: string): string {
  const isTooLong =
    error instanceof Error && "code" in error && error.code === "ERR_STRING_TOO_LONG";
  return isTooLong
    ? "it is longer than a text can be, half a GiB"
    : `it is not ${encoding.toUpperCase()}; say which \`encoding\` it has`;
}
