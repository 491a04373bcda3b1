import type { Codec } from "./codec.ts";

/** Bytes as they are. A `Buffer` comes back as the `Uint8Array` that it is. */
export const bytesCodec: Codec<Uint8Array> = {
  name: "bytes",
  matches: (value) => value instanceof Uint8Array,
  encode: (value) => new Uint8Array(value),
  decode: (bytes) => plain(bytes),
  identity: plain,
};

function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
