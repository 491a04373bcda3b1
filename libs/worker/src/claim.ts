import { randomBytes } from "node:crypto";
import {
  type ClaimAnswer,
  claimAnswerSchema,
  type ClaimRequest,
  type FlowVersion,
  parseClaimId,
  subjects,
  type TaskRunId,
} from "@weirflow/contracts";
import type { Logger } from "@weirflow/telemetry";
import { untilAnswered } from "./until-answered.ts";
import type { WorkerBus } from "./worker-bus.ts";

/** Who claims. */
export interface ClaimDeps {
  readonly bus: Pick<WorkerBus, "request">;
  readonly logger: Logger;
  readonly worker: string;
  readonly pool: string;
  readonly serves: readonly FlowVersion[];
  readonly requestTimeoutMs: number;
}

/**
 * Claims a task run under a token of its own making, and asks again with the same token until a scheduler answers: a
 * lost answer costs no attempt.
 *
 * @param onAsk - called before each request: the time to ask for more time for the hint.
 */
export async function claim(
  deps: ClaimDeps,
  taskRunId: TaskRunId,
  options: { readonly signal: AbortSignal; readonly onAsk: () => void },
): Promise<ClaimAnswer> {
  const { bus, logger, worker, pool, serves, requestTimeoutMs } = deps;
  const { signal, onAsk } = options;
  const claimId = parseClaimId(randomBytes(16).toString("hex"));
  const request: ClaimRequest = { v: 1, taskRunId, claimId, pool, worker, serves: [...serves] };
  const ask = async (): Promise<ClaimAnswer> => {
    onAsk();
    const limits = { timeoutMs: requestTimeoutMs, signal };
    return await bus.request(subjects.claim(pool), request, claimAnswerSchema, limits);
  };
  return await untilAnswered(ask, { event: "worker.claim", logger, signal });
}
