import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { blobHash, checkBlobHash } from "./blob-hash.ts";
import { ValueCorruptError, ValueMissingError } from "./errors.ts";
import { natsCheckpoints } from "./checkpoint/nats-checkpoints.ts";
import { CHUNK_BYTES, eachIndex, orUnavailable, type ValueBucket } from "./nats-bucket.ts";
import type { ValueStore } from "./value-store.ts";

const LOOK_AGAIN_MS = [50, 250];

const manifestSchema = z.object({
  v: z.literal(1),
  sizeBytes: z.number().int().nonnegative(),
  chunks: z.number().int().nonnegative(),
});
type Manifest = z.output<typeof manifestSchema>;

/**
 * A value store in a key-value bucket of NATS: chunks `<hash>.<n>` of at most 256 KiB and a manifest `<hash>`.
 *
 * 1. The manifest is written last, so a value with one has all its chunks.
 * 2. Storing bytes that are there writes the manifest again, which renews its age.
 */
export function openNatsStore(bucket: ValueBucket): ValueStore {
  const url = "nats:";
  return {
    url,
    put: async (bytes, signal) => {
      const key = blobHash(bytes);
      await orUnavailable("write", signal, async () => await write(bucket, key, bytes, signal));
      return key;
    },
    get: async (key, signal) =>
      await orUnavailable(
        "read",
        signal,
        async () => await read(bucket, checkBlobHash(key), signal),
      ),
    has: async (key, signal) =>
      await orUnavailable(
        "read",
        signal,
        async () => (await bucket.get(checkBlobHash(key), signal)) !== undefined,
      ),
    checkpoints: natsCheckpoints(bucket),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function write(
  bucket: ValueBucket,
  key: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const chunks = Math.ceil(bytes.byteLength / CHUNK_BYTES);
  if ((await readManifest(bucket, key, signal)) === undefined)
    await eachIndex(chunks, async (n) => {
      const chunk = bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES);
      await bucket.put(`${key}.${n}`, chunk, signal);
    });
  const manifest: Manifest = { v: 1, sizeBytes: bytes.byteLength, chunks };
  await bucket.put(key, new TextEncoder().encode(JSON.stringify(manifest)), signal);
}

/** In a cluster, a direct get may be answered by a server that is a little behind: what it misses is looked for again. */
async function read(bucket: ValueBucket, key: string, signal: AbortSignal): Promise<Uint8Array> {
  for (const pauseMs of [...LOOK_AGAIN_MS, undefined]) {
    try {
      return await readOnce(bucket, key, signal);
    } catch (error) {
      if (pauseMs === undefined || !(error instanceof ValueMissingError)) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
  throw new ValueMissingError(key, "nats:");
}

async function readOnce(
  bucket: ValueBucket,
  key: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const manifest = await readManifest(bucket, key, signal);
  if (manifest === undefined) throw new ValueMissingError(key, "nats:");
  const bytes = new Uint8Array(manifest.sizeBytes);
  await eachIndex(manifest.chunks, async (n) => {
    const chunk = await bucket.get(`${key}.${n}`, signal);
    if (chunk === undefined) throw new ValueMissingError(key, `nats:, chunk ${n}`);
    if (n * CHUNK_BYTES + chunk.byteLength > bytes.byteLength)
      throw new ValueCorruptError(key, "nats:", `chunk ${n} is too long`);
    bytes.set(chunk, n * CHUNK_BYTES);
  });
  if (blobHash(bytes) !== key)
    throw new ValueCorruptError(key, "nats:", `${bytes.byteLength} bytes of another content`);
  return bytes;
}

async function readManifest(
  bucket: ValueBucket,
  key: string,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  const bytes = await bucket.get(key, signal);
  if (bytes === undefined) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw new ValueCorruptError(key, "nats:", "its manifest is unreadable");
  }
}
