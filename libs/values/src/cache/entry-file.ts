import type { CacheEntry, CacheFacts, LastFacts } from "@weirflow/dataflow";
import { z } from "zod";
import { blobHash } from "../blob-hash.ts";

/** What stands before the bytes of a value. */
export interface EntryHead extends CacheFacts {
  readonly key: string;
  readonly valueHash: string;
  readonly storedAtMs: number;
  readonly codec: string;
  /** Of the value's bytes. */
  readonly blobHash: string;
}

const facts = {
  node: z.string(),
  variant: z.string(),
  codeVersion: z.string(),
  inputs: z.record(z.string(), z.string()),
};
const headSchema: z.ZodType<EntryHead> = z.object({
  ...facts,
  key: z.string(),
  valueHash: z.string(),
  storedAtMs: z.number(),
  codec: z.string(),
  blobHash: z.string(),
});
const lastSchema = z.object({ ...facts, notStored: z.string().optional() });

/** An entry as one line of JSON, and then the bytes of its value. */
export function entryParts(
  key: string,
  entry: CacheEntry,
  written: { readonly codec: string; readonly bytes: Uint8Array },
): readonly Uint8Array[] {
  const { node, variant, codeVersion, inputs, valueHash, storedAtMs } = entry;
  const head: EntryHead = {
    key,
    node,
    variant,
    codeVersion,
    inputs,
    valueHash,
    storedAtMs,
    codec: written.codec,
    blobHash: blobHash(written.bytes),
  };
  return [new TextEncoder().encode(`${JSON.stringify(head)}\n`), written.bytes];
}

/** Reads an entry back; a text that says what is wrong with it when it is not whole, or not of this key. */
export function readEntry(
  key: string,
  file: Uint8Array,
): { readonly head: EntryHead; readonly bytes: Uint8Array } | string {
  const end = file.indexOf(10); // a line feed, of which JSON on one line has none
  const head = headSchema.safeParse(parsed(file.subarray(0, Math.max(end, 0))));
  if (!head.success) return "it does not begin as an entry";
  if (head.data.key !== key) return "it is of another key";
  const bytes = new Uint8Array(file.subarray(end + 1)); // a copy begins where typed arrays of any width may begin
  return blobHash(bytes) === head.data.blobHash
    ? { head: head.data, bytes }
    : "its value is not what was written";
}

/** What is known of the last execution of a node; `undefined` when the file is damaged. */
export function readLast(file: Uint8Array): LastFacts | undefined {
  const { data } = lastSchema.safeParse(parsed(file));
  if (data === undefined) return undefined;
  const { notStored, ...known } = data;
  return notStored === undefined ? known : { ...known, notStored };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown; // any JSON
  } catch {
    return undefined;
  }
}
