import {
  decodeMessage,
  type DeadLetter,
  type Grant,
  subjects,
  type TaskRunId,
  workHintSchema,
} from "@weirflow/contracts";
import { assertNever, isWeirError } from "@weirflow/errors";
import { claim, type ClaimDeps } from "./claim.ts";
import type { HintMessage, WorkerBus } from "./worker-bus.ts";

/** What hints are handled with. */
export interface HintDeps extends ClaimDeps {
  readonly bus: Pick<WorkerBus, "request" | "publish">;
  /** Runs a granted attempt to its end. */
  readonly run: (grant: Grant, signal: AbortSignal) => Promise<void>;
}

/** Pause before a hint whose claim was refused for a reason of ours comes back. */
const INVALID_PAUSE_MS = 10_000;
/** A dead letter keeps so much of the payload. */
const DEAD_LETTER_BYTES = 65_536;

/**
 * Claims the task run of a hint and, if it is granted, runs it. The hint is settled as soon as the claim is answered:
 * from then on the lease, not the message, keeps the task run from others.
 */
export async function handleHint(
  deps: HintDeps,
  hint: HintMessage,
  signal: AbortSignal,
): Promise<void> {
  const taskRunId = read(deps, hint);
  if (taskRunId === undefined) return;
  const answer = await claim(deps, taskRunId, { signal, onAsk: () => hint.working() });
  switch (answer.verdict) {
    case "granted":
      hint.ack();
      return await deps.run(answer, signal);
    case "gone":
    case "limited":
      return hint.ack();
    case "elsewhere":
      deps.logger.debug("worker.version-elsewhere", { taskRunId, version: answer.version });
      return hint.nak(answer.retryAfterMs);
    case "invalid":
      deps.logger.error("worker.claim-invalid", { taskRunId, error: answer.error });
      return hint.nak(INVALID_PAUSE_MS);
    default:
      return assertNever(answer);
  }
}

/** The task run that is hinted at; a message that is no hint goes to the dead letter. */
function read(deps: HintDeps, hint: HintMessage): TaskRunId | undefined {
  try {
    return decodeMessage(workHintSchema, hint.data, hint.subject).taskRunId;
  } catch (error) {
    if (!isWeirError(error)) throw error;
    deps.logger.warn("worker.hint-malformed", { error });
    const letter: DeadLetter = {
      v: 1,
      subject: hint.subject,
      reason: error.message.slice(0, 4_000),
      payload: Buffer.from(hint.data.subarray(0, DEAD_LETTER_BYTES)).toString("base64"),
      headers: {},
    };
    deps.bus.publish(subjects.deadLetter, letter);
    hint.term(error.message.slice(0, 200));
    return undefined;
  }
}
