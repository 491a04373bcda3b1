import { sleep } from "@weirflow/lifecycle";
import type { Client } from "./create-client.ts";
import { ApiUnreachableError } from "./errors.ts";
import { RUN_CHANGE, type RunChange } from "./run-view.ts";

/** How a broken connection is taken up again. */
export interface WatchOptions {
  /** Connections in a row that may fail before the watch gives up. @default 10 */
  readonly attempts?: number;
  /** The pause before each, milliseconds. @default 500 */
  readonly pauseMs?: number;
}

const WATCH = `subscription Watch($runId: ID!, $after: Int) {
  runChanged(runId: $runId, after: $after) { ${RUN_CHANGE} } }`;

/**
 * The changes of a run from now until it is over, beginning with how it stands. A broken connection is taken up again
 * where it was.
 *
 * @throws {@link ApiUnreachableError} `client/unreachable`, when the server stays away.
 * @throws {@link ApiFailedError} `client/failed`, when there is no such run.
 * @example
 * for await (const { run, progress } of watchRun(client, runId, signal)) show(run.state, progress);
 */
export async function* watchRun(
  client: Client,
  runId: string,
  signal: AbortSignal,
  { attempts = 10, pauseMs = 500 }: WatchOptions = {},
): AsyncGenerator<RunChange> {
  let after: number | undefined;
  for (let failed = 0; ; failed++) {
    try {
      const changes = client.subscribe<{ runChanged: RunChange }>(WATCH, { runId, after }, signal);
      for await (const { runChanged } of changes) {
        yield runChanged;
        [after, failed] = [runChanged.revision, 0];
        if (runChanged.run.isOver) return;
      }
      return;
    } catch (error) {
      if (!(error instanceof ApiUnreachableError) || failed >= attempts) throw error;
      await sleep(pauseMs, signal);
    }
  }
}
