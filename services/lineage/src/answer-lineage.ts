import type { Bus } from "@weirflow/bus";
import {
  type LineageAnswer,
  type LineageChunk,
  lineageChunkSchema,
  subjects,
} from "@weirflow/contracts";
import { toErrorRecord } from "@weirflow/errors";
import { type ChunkVerdict, type LineageStore, recordChunks } from "@weirflow/lineage-store";
import type { Logger } from "@weirflow/telemetry";
import { MicroBatch } from "@weirflow/lifecycle";

/** What the parts of this service need. */
export interface LineageDeps {
  readonly bus: Bus;
  readonly store: LineageStore;
  readonly logger: Logger;
}

/** Chunks of at most 512 KiB that go into one transaction. */
const BATCH = 32;
/** Statements outlive a stop: what was asked before it is still answered. */
const { signal: never } = new AbortController();

/**
 * Answers `weir.rpc.lineage`: `stored` after the commit, `invalid` for what can never be stored. When it is unknown
 * whether the commit happened, nobody is answered, so the worker repeats.
 */
export function answerLineage({ bus, store, logger }: LineageDeps): AsyncDisposable {
  const batch = new MicroBatch<LineageChunk, ChunkVerdict>({
    limit: BATCH,
    handle: async (chunks) => await recordChunks(store, chunks, never),
  });
  return bus.respond(
    subjects.lineage,
    {
      queue: "lineage",
      schema: lineageChunkSchema,
      onMalformed: (error): LineageAnswer => {
        logger.warn("lineage.malformed", { error });
        return { verdict: "invalid", error: toErrorRecord(error) };
      },
    },
    async (chunk) => answerOf(await batch.add(chunk)),
  );
}

function answerOf(verdict: ChunkVerdict): LineageAnswer {
  return verdict.kind === "stored"
    ? { verdict: "stored", complete: verdict.complete }
    : { verdict: "invalid", error: toErrorRecord(verdict.error) };
}
