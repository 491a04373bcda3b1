import type { TrainContext } from "../train/training-options.ts";

/** A context of a node that keeps nothing; what is given replaces a part of it. */
export function quietContext(part: Partial<TrainContext> = {}): TrainContext {
  return {
    signal: new AbortController().signal,
    log: () => undefined,
    progress: () => undefined,
    artifact: () => undefined,
    record: () => undefined,
    checkpoint: { load: async () => undefined, save: async () => undefined },
    ...part,
  };
}
