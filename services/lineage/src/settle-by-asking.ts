import { type SettledAnswer, settledAnswerSchema, subjects } from "@weirflow/contracts";
import { isWeirError } from "@weirflow/errors";
import { BackgroundLoop } from "@weirflow/lifecycle";
import { pendingAttempts, settleAttempts } from "@weirflow/lineage-store";
import type { LineageDeps } from "./answer-lineage.ts";

/** How old pending lineage is before somebody is asked about it, and how often. */
export interface AskingOptions {
  /** @default 30_000 */
  readonly olderThanMs?: number;
  /** @default 10_000 */
  readonly pauseMs?: number;
}

const LIMIT = 500;
const TIMEOUT_MS = 5_000;

/** Asks a scheduler, every now and then, what became of the attempts that no event told of. */
export function settleByAsking(deps: LineageDeps, options: AskingOptions = {}): BackgroundLoop {
  const { olderThanMs = 30_000, pauseMs = 10_000 } = options;
  return new BackgroundLoop({
    firstDelayMs: pauseMs,
    errorDelayMs: pauseMs,
    step: async (signal) => ((await askOnce(deps, olderThanMs, signal)) ? 0 : pauseMs),
    onError: (error) => {
      const isExpected = isWeirError(error) && error.disposition === "retry";
      deps.logger[isExpected ? "warn" : "error"]("lineage.asking-failed", { error });
    },
  });
}

/** Whether there is more to ask at once: a full page was settled whole. */
async function askOnce(
  { bus, store }: LineageDeps,
  olderThanMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const pending = await pendingAttempts(store, { olderThanMs, limit: LIMIT }, signal);
  if (pending.length === 0) return false;
  const attempts = pending.map(({ taskRunId, attempt }) => ({ taskRunId, attempt }));
  const answer = await bus.request(subjects.settled, { v: 1, attempts }, settledAnswerSchema, {
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const settled = await settleAttempts(store, verdictsOf(answer), signal);
  return settled === LIMIT;
}

/** An attempt that no scheduler knows will never be accepted. */
function verdictsOf({ attempts }: SettledAnswer) {
  return attempts
    .filter(({ state }) => state !== "pending")
    .map(({ taskRunId, attempt, state }) => ({
      taskRunId,
      attempt,
      accepted: state === "accepted",
    }));
}
