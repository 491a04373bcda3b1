export { blobHash, checkBlobHash } from "./blob-hash.ts";
export { type DirectoryCacheOptions, directoryCacheStore } from "./cache/directory-cache-store.ts";
export { arrowCodec } from "./codec/arrow-codec.ts";
export { bytesCodec } from "./codec/bytes-codec.ts";
export type { Codec } from "./codec/codec.ts";
export { type Codecs, createCodecs } from "./codec/codecs.ts";
export { jsonCodec } from "./codec/json-codec.ts";
export { decodeValue, type EncodedValue, encodeValue } from "./encode-value.ts";
export {
  CacheValueTooLargeError,
  DuplicateCodecError,
  FileStoreNotSharedError,
  InvalidBlobHashError,
  UnknownCodecError,
  ValueCorruptError,
  ValueMissingError,
  ValueNotDecodableError,
  ValueNotEncodableError,
  ValueStoreUnavailableError,
  ValueStoreUrlError,
} from "./errors.ts";
export { openFileStore } from "./file-store.ts";
export { CHUNK_BYTES, type ValueBucket } from "./nats-bucket.ts";
export { openNatsStore } from "./nats-store.ts";
export { openValueStore, type ValueBus, type ValueStoreOptions } from "./open-value-store.ts";
export { preview } from "./preview.ts";
export { summarize } from "./summarize.ts";
export { valueHash } from "./value-hash.ts";
export { bytesOf, fromValueRef, type RefOptions, toValueRef } from "./value-refs.ts";
export type { CheckpointStore, ValueStore } from "./value-store.ts";
