import type { Progress } from "@weirflow/contracts";
import type { RunRevision } from "@weirflow/store";
import type { RunHub } from "./run-hub.ts";

/** A change that someone who watches a run is told of. */
export interface RunChange {
  readonly kind: "SNAPSHOT" | "STATE" | "PROGRESS";
  readonly runId: string;
  readonly revision: number;
  readonly progress: readonly Progress[];
}

/** A run to watch. */
export interface WatchedRun {
  readonly hub: Pick<RunHub, "watch">;
  readonly runId: string;
  /** The revision that the watcher has seen: it is not told of it again. */
  readonly after?: number | undefined;
  /** How the run stands in the database; `undefined` when there is none. */
  readonly readRevision: () => Promise<RunRevision | undefined>;
  readonly signal: AbortSignal;
  /** Without a hint, it looks this often. @default 2_000 */
  readonly lookMs?: number;
}

/**
 * The changes of a run, beginning with how it stands; ends once the run is over, and nobody is told of one revision twice.
 *
 * Hints only say that it is time to look: the rows say what is so.
 */
export async function* runChanges(watched: WatchedRun): AsyncGenerator<RunChange> {
  const { hub, runId, after, readRevision, signal, lookMs = 2_000 } = watched;
  using watcher = hub.watch(runId); // before the first look, so that no hint falls between
  const progress = new Map<string, Progress>();
  let seen = after;
  let isFirst = true;
  for (;;) {
    const now = await readRevision();
    if (now === undefined) return;
    if (now.revision !== seen) {
      seen = now.revision;
      const kind = isFirst ? "SNAPSHOT" : "STATE";
      yield { kind, runId, revision: seen, progress: [...progress.values()] };
    } else if (!isFirst && progress.size > 0) {
      yield { kind: "PROGRESS", runId, revision: seen, progress: [...progress.values()] };
    }
    if (now.isOver) return;
    isFirst = false;
    const noticed = await watcher.next(lookMs, signal);
    progress.clear();
    for (const one of noticed.progress) progress.set(one.taskRunId, one);
  }
}
