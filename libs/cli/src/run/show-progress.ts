import { type Client, type RunChange, watchRun } from "@weirflow/client";
import type { Console } from "../console.ts";

/** Which run to watch, and where to show it. */
export interface ProgressOptions {
  readonly client: Client;
  readonly runId: string;
  readonly console: Console;
  readonly signal: AbortSignal;
}

/**
 * Shows a run until it is over: one line for each task on a terminal, a line for each change elsewhere.
 *
 * @returns the last change.
 */
export async function showProgress({
  client,
  runId,
  console,
  signal,
}: ProgressOptions): Promise<RunChange | undefined> {
  let last: RunChange | undefined;
  const shown = new Map<string, string>();
  for await (const change of watchRun(client, runId, signal)) {
    last = change;
    for (const task of change.run.taskRuns) {
      const text = taskLine(change, task.call, task.state, task.attempt);
      if (shown.get(task.call) === text) continue;
      shown.set(task.call, text);
      console.progress(task.call, text);
    }
    if (change.run.isOver) break;
  }
  console.progressDone();
  return last;
}

function taskLine({ progress }: RunChange, call: string, state: string, attempt: number): string {
  const known = progress.findLast((entry) => entry.call === call && entry.attempt === attempt);
  const tries = attempt > 1 ? ` (attempt ${attempt})` : "";
  if (known === undefined || state !== "RUNNING") return `${state}${tries}`;
  const running = known.text ?? known.running.join(", ");
  return `${state}${tries} ${known.nodesDone}/${known.nodesTotal} nodes ${running}`.trimEnd();
}
