import type { LineageChunk } from "@weirflow/contracts";
import type { KnownGraph } from "./known-graphs.ts";
import type { LockedAttempt } from "./lock-attempts.ts";

/** A chunk whose attempt and graph are known: ready to be written. */
export interface PlacedChunk {
  readonly chunk: LineageChunk;
  readonly attempt: LockedAttempt;
  readonly graph: KnownGraph;
}
