import type { LineageChunk } from "@weirflow/contracts";
import type { WeirError } from "@weirflow/errors";
import { LineageDataError } from "../errors.ts";
import type { LineageStore, Statements } from "../lineage-store.ts";
import { ensureWeeks } from "../partitions.ts";
import { contradictionIn, contradictionWith, keyOf } from "./chunk-check.ts";
import { ensureGraphs, ensureNodes } from "./ensure-graphs.ts";
import type { KnownGraph } from "./known-graphs.ts";
import { type LockedAttempt, lockAttempts } from "./lock-attempts.ts";
import { parkChunks, takeParked } from "./parked-chunks.ts";
import type { PlacedChunk } from "./placed-chunk.ts";
import { writeExecutions } from "./write-executions.ts";
import { writeHeaders } from "./write-headers.ts";
import { writeLinks } from "./write-links.ts";
import { markStored } from "./mark-stored.ts";
import { writeValues } from "./write-values.ts";

/** What became of one chunk of a batch. */
export type ChunkVerdict =
  | { readonly kind: "stored"; readonly complete: boolean }
  | { readonly kind: "invalid"; readonly error: WeirError };

/**
 * Stores a chunk of an attempt's lineage. Storing one again changes nothing; the chunks of an attempt may come in any order.
 *
 * @returns `complete` once every chunk of the attempt is on disk.
 * @throws {@link LineageUnavailableError} `lineage/unavailable`: whether it was stored is unknown; repeat it.
 * @throws {@link LineageConflictError} `lineage/conflict` when it contradicts itself or what is stored of the attempt.
 * @throws {@link LineageDataError} `lineage/refused-data` when Postgres can never store it.
 */
export async function recordChunk(
  store: LineageStore,
  chunk: LineageChunk,
  signal: AbortSignal,
): Promise<{ readonly complete: boolean }> {
  const [verdict] = await recordChunks(store, [chunk], signal);
  if (verdict?.kind === "invalid") throw verdict.error;
  return { complete: verdict?.complete === true };
}

/**
 * Stores a batch of chunks in one transaction: a statement per table, whatever the size of the batch.
 *
 * A batch that Postgres refuses for its data is tried again in halves, down to the culprit; the others are stored.
 *
 * @returns a verdict for each, in the order of the chunks; written to disk.
 * @throws {@link LineageUnavailableError} `lineage/unavailable`: which were stored is unknown; repeat all.
 */
export async function recordChunks(
  store: LineageStore,
  chunks: readonly LineageChunk[],
  signal: AbortSignal,
): Promise<readonly ChunkVerdict[]> {
  if (chunks.length === 0) return [];
  await ensureWeeks(
    store,
    chunks.map(({ runId }) => runId),
    signal,
  );
  return await recordOrHalve(store, chunks, signal);
}

async function recordOrHalve(
  store: LineageStore,
  chunks: readonly LineageChunk[],
  signal: AbortSignal,
): Promise<readonly ChunkVerdict[]> {
  try {
    return await recordBatch(store, chunks, signal);
  } catch (error) {
    if (!(error instanceof LineageDataError)) throw error;
    if (chunks.length === 1) return [{ kind: "invalid", error }];
    const middle = Math.ceil(chunks.length / 2);
    const first = await recordOrHalve(store, chunks.slice(0, middle), signal);
    return [...first, ...(await recordOrHalve(store, chunks.slice(middle), signal))];
  }
}

async function recordBatch(
  store: LineageStore,
  chunks: readonly LineageChunk[],
  signal: AbortSignal,
): Promise<readonly ChunkVerdict[]> {
  const learned = new Map<string, KnownGraph>();
  const verdicts = await store.transaction(async (tx) => {
    learned.clear();
    const sound = chunks.filter((chunk) => contradictionIn(chunk) === undefined);
    const attempts = sound.length === 0 ? new Map() : await lockAttempts(tx, sound);
    const fresh = freshOnes(sound, attempts);
    const graphOf = (hash: string): KnownGraph | undefined =>
      learned.get(hash) ?? store.knownGraphs.get(hash);
    await writeFresh(tx, { fresh, attempts, graphOf, learned });
    const complete = await markStored(tx, fresh, attempts);
    return chunks.map((chunk) => verdictOn(chunk, attempts, complete));
  }, signal);
  store.knownGraphs.remember(learned);
  return verdicts;
}

function verdictOn(
  chunk: LineageChunk,
  attempts: ReadonlyMap<string, LockedAttempt>,
  complete: ReadonlyMap<string, boolean>,
): ChunkVerdict {
  const attempt = attempts.get(keyOf(chunk));
  const error =
    contradictionIn(chunk) ??
    (attempt === undefined ? undefined : contradictionWith(chunk, attempt));
  if (error !== undefined) return { kind: "invalid", error };
  const wasComplete = attempt !== undefined && attempt.stored.length === attempt.chunks;
  return { kind: "stored", complete: complete.get(keyOf(chunk)) ?? wasComplete };
}

/** Chunks that fit their attempt and are not stored yet, each once. */
function freshOnes(
  chunks: readonly LineageChunk[],
  attempts: ReadonlyMap<string, LockedAttempt>,
): readonly LineageChunk[] {
  const fresh = new Map<string, LineageChunk>();
  for (const chunk of chunks) {
    const attempt = attempts.get(keyOf(chunk));
    if (attempt === undefined || contradictionWith(chunk, attempt) !== undefined) continue;
    if (!attempt.stored.includes(chunk.chunk)) fresh.set(`${keyOf(chunk)}/${chunk.chunk}`, chunk);
  }
  return [...fresh.values()];
}

interface Writing {
  readonly fresh: readonly LineageChunk[];
  readonly attempts: ReadonlyMap<string, LockedAttempt>;
  readonly graphOf: (hash: string) => KnownGraph | undefined;
  readonly learned: Map<string, KnownGraph>;
}

async function writeFresh(
  tx: Statements,
  { fresh, attempts, graphOf, learned }: Writing,
): Promise<void> {
  const withHeader = fresh.filter(({ header }) => header !== undefined);
  const hashes = new Map(withHeader.map((chunk) => [keyOf(chunk), chunk.header?.graphHash ?? ""]));
  const hashOf = (chunk: LineageChunk): string | undefined =>
    hashes.get(keyOf(chunk)) ?? attempts.get(keyOf(chunk))?.graphHash ?? undefined;
  await parkChunks(
    tx,
    fresh.filter((chunk) => hashOf(chunk) === undefined),
    attempts,
  );
  const parked = await takeParked(tx, withHeader, attempts);
  const ready = [...fresh.filter((chunk) => hashOf(chunk) !== undefined), ...parked];
  if (ready.length === 0) return;
  await ensureGraphs(tx, {
    headers: withHeader,
    hashes: new Set(ready.map((one) => hashOf(one) ?? "")),
    graphOf,
    learned,
  });
  await ensureNodes(tx, { chunks: ready, hashOf, graphOf, learned });
  await writePlaced(
    tx,
    place(ready, attempts, (chunk) => graphOf(hashOf(chunk) ?? "")),
  );
}

function place(
  chunks: readonly LineageChunk[],
  attempts: ReadonlyMap<string, LockedAttempt>,
  graphOf: (chunk: LineageChunk) => KnownGraph | undefined,
): readonly PlacedChunk[] {
  return chunks.flatMap((chunk) => {
    const attempt = attempts.get(keyOf(chunk));
    const graph = graphOf(chunk);
    return attempt === undefined || graph === undefined ? [] : [{ chunk, attempt, graph }];
  });
}

async function writePlaced(tx: Statements, placed: readonly PlacedChunk[]): Promise<void> {
  await writeHeaders(tx, placed);
  await writeExecutions(tx, placed);
  await writeValues(tx, placed);
  await writeLinks(tx, placed);
}
