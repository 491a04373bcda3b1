import { hash, randomBytes } from "node:crypto";
import * as z from "zod";
import { blobHash } from "../blob-hash.ts";
import { ValueCorruptError } from "../errors.ts";
import type { CheckpointStore } from "../value-store.ts";
import { CHUNK_BYTES, eachIndex, orUnavailable, type ValueBucket } from "../nats-bucket.ts";

const manifestSchema = z.object({
  v: z.literal(1),
  /** Tells the chunks of one save from those of another. */
  save: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  chunks: z.number().int().nonnegative(),
  hash: z.string(),
});
type Manifest = z.output<typeof manifestSchema>;

/**
 * Checkpoints in a key-value bucket: a manifest `checkpoint.<hash of the name>` and chunks `….<save>.<n>`.
 *
 * 1. A save has chunks of its own, and its manifest is written last: two at once leave one of them whole.
 * 2. The chunks of the save before are then deleted. A writer that dies in between leaves some that nobody reads.
 */
export function natsCheckpoints(bucket: ValueBucket): CheckpointStore {
  return {
    save: async (name, bytes, signal) =>
      await orUnavailable("write", signal, async () => {
        const key = keyOf(name);
        const before = await readManifest(bucket, key, signal);
        await write(bucket, key, { bytes, signal });
        if (before !== undefined) await deleteChunks(bucket, key, { manifest: before, signal });
      }),
    load: async (name, signal) =>
      await orUnavailable("read", signal, async () => {
        const key = keyOf(name);
        const manifest = await readManifest(bucket, key, signal);
        return manifest === undefined
          ? undefined
          : await readChunks(bucket, key, { manifest, signal });
      }),
    remove: async (name, signal) =>
      await orUnavailable("write", signal, async () => {
        const key = keyOf(name);
        const manifest = await readManifest(bucket, key, signal);
        if (manifest === undefined) return;
        await bucket.delete(key, signal);
        await deleteChunks(bucket, key, { manifest, signal });
      }),
  };
}

interface Stored {
  readonly manifest: Manifest;
  readonly signal: AbortSignal;
}

/** Names are free text; keys are not. */
function keyOf(name: string): string {
  return `checkpoint.${hash("sha256", name, "hex")}`;
}

async function write(
  bucket: ValueBucket,
  key: string,
  { bytes, signal }: { readonly bytes: Uint8Array; readonly signal: AbortSignal },
): Promise<void> {
  const save = randomBytes(8).toString("hex");
  const { byteLength: sizeBytes } = bytes;
  const chunks = Math.ceil(sizeBytes / CHUNK_BYTES);
  await eachIndex(chunks, async (n) => {
    const chunk = bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES);
    await bucket.put(`${key}.${save}.${n}`, chunk, signal);
  });
  const manifest: Manifest = { v: 1, save, sizeBytes, chunks, hash: blobHash(bytes) };
  await bucket.put(key, new TextEncoder().encode(JSON.stringify(manifest)), signal);
}

async function readChunks(
  bucket: ValueBucket,
  key: string,
  { manifest, signal }: Stored,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(manifest.sizeBytes);
  await eachIndex(manifest.chunks, async (n) => {
    const chunk = await bucket.get(`${key}.${manifest.save}.${n}`, signal);
    if (chunk === undefined || n * CHUNK_BYTES + chunk.byteLength > bytes.byteLength)
      throw new ValueCorruptError(key, "nats:", `chunk ${n} is missing or too long`);
    bytes.set(chunk, n * CHUNK_BYTES);
  });
  if (blobHash(bytes) !== manifest.hash)
    throw new ValueCorruptError(key, "nats:", "the checkpoint is not the one that was written");
  return bytes;
}

async function deleteChunks(
  bucket: ValueBucket,
  key: string,
  { manifest, signal }: Stored,
): Promise<void> {
  await eachIndex(manifest.chunks, async (n) => {
    await bucket.delete(`${key}.${manifest.save}.${n}`, signal);
  });
}

/** One that cannot be read is as good as none: the next save replaces it. */
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
    return undefined;
  }
}
