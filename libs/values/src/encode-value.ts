import type { ValueSummary } from "@weirflow/contracts";
import { type Codecs, createCodecs } from "./codec/codecs.ts";
import { isWeirError } from "@weirflow/errors";
import { ValueNotDecodableError } from "./errors.ts";
import { summarize } from "./summarize.ts";
import { valueHash } from "./value-hash.ts";

/** A value as bytes, with what is known about it. */
export interface EncodedValue {
  /** The name of the codec that wrote it. */
  readonly codec: string;
  readonly bytes: Uint8Array;
  /** Hash of the content, independent of the codec: 64 hexadecimal digits. */
  readonly valueHash: string;
  readonly summary: ValueSummary;
}

/**
 * Writes a value as bytes.
 *
 * @param codecs - @default bytes, Arrow tables and plain data
 * @throws {@link ValueNotEncodableError} `values/not-encodable` with the path of the part that no codec writes.
 * @throws UnhashableValueError `dag/unhashable-value` for a cycle.
 * @example
 * const { codec, bytes } = encodeValue(new Map([["age", Float64Array.of(31, 40)]]));
 * decodeValue(codec, bytes); // the same Map
 */
export function encodeValue(value: unknown, codecs: Codecs = createCodecs()): EncodedValue {
  const codec = codecs.codecFor(value);
  const bytes = codec.encode(value);
  return {
    codec: codec.name,
    bytes,
    valueHash: valueHash(value, codecs),
    summary: summarize(value, codecs),
  };
}

/**
 * Reads a value back.
 *
 * @param bytes - given up by the caller: the value may keep them.
 * @throws {@link UnknownCodecError} `values/unknown-codec`.
 * @throws {@link ValueNotDecodableError} `values/not-decodable`.
 */
export function decodeValue(
  codec: string,
  bytes: Uint8Array,
  codecs: Codecs = createCodecs(),
): unknown {
  const reader = codecs.named(codec);
  try {
    return reader.decode(bytes);
  } catch (error) {
    if (isWeirError(error)) throw error;
    throw new ValueNotDecodableError(codec, error);
  }
}
