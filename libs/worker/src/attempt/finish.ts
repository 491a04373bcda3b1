import {
  lineageAnswerSchema,
  type LineageChunk,
  type ReportAnswer,
  reportAnswerSchema,
  type ReportRequest,
  subjects,
} from "@weirflow/contracts";
import type { Logger } from "@weirflow/telemetry";
import { LineageRefusedError } from "../errors.ts";
import { untilAnswered } from "../until-answered.ts";
import type { WorkerBus } from "../worker-bus.ts";

/** What the end of an attempt is told with. */
export interface FinishDeps {
  readonly bus: Pick<WorkerBus, "request">;
  readonly logger: Logger;
  readonly requestTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Has the lineage service store every chunk; each is repeated until it is answered.
 *
 * @throws {@link LineageRefusedError} `worker/lineage-refused` when the service will never store a chunk.
 */
export async function recordLineage(
  chunks: readonly LineageChunk[],
  deps: FinishDeps,
): Promise<void> {
  const { bus, logger, requestTimeoutMs: timeoutMs, signal } = deps;
  for (const chunk of chunks) {
    const answer = await untilAnswered(
      async () =>
        await bus.request(subjects.lineage, chunk, lineageAnswerSchema, { timeoutMs, signal }),
      { event: "worker.lineage", logger, signal },
    );
    if (answer.verdict === "invalid") throw new LineageRefusedError(answer.error.message);
  }
}

/** Reports the end of an attempt, again and again until a scheduler answers. */
export async function sendReport(request: ReportRequest, deps: FinishDeps): Promise<ReportAnswer> {
  const { bus, logger, requestTimeoutMs: timeoutMs, signal } = deps;
  return await untilAnswered(
    async () =>
      await bus.request(subjects.report, request, reportAnswerSchema, { timeoutMs, signal }),
    { event: "worker.report", logger, signal },
  );
}
