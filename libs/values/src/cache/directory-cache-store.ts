import { hash } from "node:crypto";
import { readFile, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { CacheEntry, CacheFound, CacheStore, LastFacts } from "@weirflow/dataflow";
import { type Codecs, createCodecs } from "../codec/codecs.ts";
import { jsonCodec } from "../codec/json-codec.ts";
import type { Codec } from "../codec/codec.ts";
import { CacheValueTooLargeError, ValueNotEncodableError } from "../errors.ts";
import { typeName } from "../type-name.ts";
import { codeOf, writeWhole } from "../whole-file.ts";
import { BoundedFolder } from "./bounded-folder.ts";
import { entryParts, readEntry, readLast } from "./entry-file.ts";

/** Where values are kept, how many, and for how long. */
export interface DirectoryCacheOptions {
  /** An absolute path; made on the first write. */
  readonly dir: string;
  /** Bytes of all files at most; entries that were used longest ago go first. @default 1_073_741_824 */
  readonly maxBytes?: number;
  /** Milliseconds after which an entry is removed when it is asked for. @default without end */
  readonly ttlMs?: number;
  /** What writes values. @default bytes, Arrow tables and plain data */
  readonly codecs?: Codecs;
  /** The clock, milliseconds since 1970. @default Date.now */
  readonly nowMs?: () => number;
}

/**
 * Keeps values of nodes as files, for later processes and for several at once.
 *
 * 1. A file under its name is whole; writers of one key replace each other's.
 * 2. An entry that is damaged, or of another key, is a miss that says so; it is removed, and made anew.
 * 3. Values come back as new objects, so no run changes those of another.
 *
 * Formats, for `cache: { format }`: `json`, `raw` (bytes), and the names of the codecs: `arrow`, `bytes`, `devalue`.
 *
 * @example
 * const store = directoryCacheStore({ dir: "/var/cache/weirflow", maxBytes: 10 * 2 ** 30 });
 * const cache = cachePlugin({ store, codeVersionOf, nowMs: () => Date.now() });
 */
export function directoryCacheStore(options: DirectoryCacheOptions): CacheStore {
  const { dir, maxBytes = 2 ** 30, ttlMs = Infinity, nowMs = Date.now } = options;
  const formats = new Formats(options.codecs ?? createCodecs());
  const entries = join(dir, "entries");
  const folder = new BoundedFolder(dir, maxBytes);
  const pathOf = (key: string): string => join(entries, key.slice(0, 2), key);
  const lastPathOf = (node: string): string => join(dir, "nodes", sha256(node));
  const write = async (path: string, parts: readonly Uint8Array[]): Promise<void> => {
    await writeWhole(path, parts, { flush: false });
    await folder.wrote(sizeOf(parts));
  };
  const remember = async (facts: LastFacts): Promise<void> =>
    await write(lastPathOf(facts.node), [utf8(facts)]);
  return {
    formats: formats.names,
    get: async (key) =>
      await found(key, pathOf(key), { formats, isOld: (at) => nowMs() - at >= ttlMs }),
    set: async (key, entry) => {
      const parts = entryParts(key, entry, formats.write(entry));
      const sizeBytes = sizeOf(parts);
      if (sizeBytes > maxBytes) throw new CacheValueTooLargeError(entry.node, sizeBytes, maxBytes);
      await write(pathOf(key), parts);
      const { node, variant, codeVersion, inputs } = entry;
      await remember({ node, variant, codeVersion, inputs });
    },
    latest: async (node) => {
      const file = await readIfThere(lastPathOf(node));
      const last = file === undefined ? undefined : readLast(file);
      return last?.node === node ? last : undefined;
    },
    remember,
  };
}

async function found(
  key: string,
  path: string,
  { formats, isOld }: { readonly formats: Formats; readonly isOld: (atMs: number) => boolean },
): Promise<CacheFound> {
  const file = await readIfThere(path);
  if (file === undefined) return undefined;
  const entry = readEntry(key, file);
  if (typeof entry === "string") return await removed(path, { miss: "corrupt", detail: entry });
  const { codec, blobHash: _blobHash, key: _key, ...facts } = entry.head;
  if (isOld(facts.storedAtMs)) return await removed(path, { miss: "expired" });
  try {
    const value = formats.read(codec, entry.bytes);
    await touch(path);
    return { ...facts, value };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return await removed(path, { miss: "corrupt", detail });
  }
}

async function removed<T>(path: string, why: T): Promise<T> {
  await rm(path, { force: true });
  return why;
}

/** Makes a file the one that was used last. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined); // evicted in this moment: its value was read
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The codecs by the names that `format` may have. */
class Formats {
  readonly names: readonly string[];
  readonly #codecs: Codecs;

  constructor(codecs: Codecs) {
    this.#codecs = codecs;
    this.names = [...new Set(["json", "raw", ...codecs.names])];
  }

  write({ value, format }: CacheEntry): { readonly codec: string; readonly bytes: Uint8Array } {
    const codec = format === undefined ? this.#codecs.codecFor(value) : this.#named(format);
    if (!codec.matches(value)) throw new ValueNotEncodableError(typeName(value), "");
    return { codec: codec.name, bytes: codec.encode(value) };
  }

  read(name: string, bytes: Uint8Array): unknown {
    return this.#named(name).decode(bytes);
  }

  #named(format: string): Codec {
    if (format === "json" && !this.#codecs.names.includes("json")) return jsonCodec;
    return this.#codecs.named(format === "raw" ? "bytes" : format);
  }
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function utf8(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
