import { INLINE_LIMIT_BYTES, type ValueRef } from "@weirflow/contracts";
import { type Codecs } from "./codec/codecs.ts";
import { decodeValue, type EncodedValue } from "./encode-value.ts";
import type { ValueStore } from "./value-store.ts";

/** How one value becomes a reference. */
export interface RefOptions {
  readonly signal: AbortSignal;
  /** Values up to this size stay inside the reference, 0 to 65,536. @default 65_536 */
  readonly inlineLimitBytes?: number;
}

/**
 * Makes a reference to a value: with its bytes inside up to 64 KiB, else by hash once the store has them.
 *
 * @throws ValueStoreUnavailableError `values/unavailable`, safe to retry.
 * @example
 * const ref = await toValueRef(encodeValue(table), store, { signal });
 */
export async function toValueRef(
  encoded: EncodedValue,
  store: Pick<ValueStore, "put">,
  options: RefOptions,
): Promise<ValueRef> {
  const { signal, inlineLimitBytes = INLINE_LIMIT_BYTES } = options;
  const { codec, bytes, valueHash, summary } = encoded;
  const common = { valueHash, codec, sizeBytes: bytes.byteLength, summary };
  if (bytes.byteLength > Math.min(inlineLimitBytes, INLINE_LIMIT_BYTES))
    return { kind: "blob", ...common, blobHash: await store.put(bytes, signal) };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoding = codec === "devalue" ? "utf8" : "base64";
  return { kind: "inline", ...common, encoding, data: buffer.toString(encoding) };
}

/**
 * The encoded bytes behind a reference.
 *
 * @throws ValueMissingError `values/missing`, ValueCorruptError `values/corrupt`, ValueStoreUnavailableError
 *   `values/unavailable`, safe to retry.
 */
export async function bytesOf(
  ref: ValueRef,
  store: Pick<ValueStore, "get">,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return ref.kind === "inline"
    ? new Uint8Array(Buffer.from(ref.data, ref.encoding))
    : await store.get(ref.blobHash, signal);
}

/**
 * The value behind a reference.
 *
 * @throws the errors of {@link bytesOf} and {@link decodeValue}.
 */
export async function fromValueRef(
  ref: ValueRef,
  store: Pick<ValueStore, "get">,
  options: { readonly signal: AbortSignal; readonly codecs?: Codecs },
): Promise<unknown> {
  return decodeValue(ref.codec, await bytesOf(ref, store, options.signal), options.codecs);
}
