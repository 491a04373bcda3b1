import type { LineageChunk } from "@weirflow/contracts";
import { LineageConflictError } from "../errors.ts";
import type { LockedAttempt } from "./lock-attempts.ts";

/** What names an attempt. */
export interface AttemptKey {
  readonly taskRunId: string;
  readonly attempt: number;
}

/** The key of an attempt as one text. */
export function keyOf({ taskRunId, attempt }: AttemptKey): string {
  return `${taskRunId}/${attempt}`;
}

/** Why a chunk can never be stored, as far as it says itself. */
export function contradictionIn(chunk: LineageChunk): LineageConflictError | undefined {
  const { taskRunId, attempt } = chunk;
  if (chunk.chunk >= chunk.chunks)
    return new LineageConflictError(taskRunId, attempt, `chunk ${chunk.chunk} of ${chunk.chunks}`);
  if ((chunk.chunk === 0) !== (chunk.header !== undefined))
    return new LineageConflictError(taskRunId, attempt, "the header stands in chunk 0 alone");
  return undefined;
}

/** Why a chunk does not belong to what is stored of its attempt. */
export function contradictionWith(
  chunk: LineageChunk,
  stored: LockedAttempt,
): LineageConflictError | undefined {
  const { taskRunId, attempt } = chunk;
  if (chunk.claimId !== stored.claimId.replaceAll("-", ""))
    return new LineageConflictError(taskRunId, attempt, "it has another claim");
  if (chunk.runId !== stored.runId)
    return new LineageConflictError(taskRunId, attempt, "it belongs to another run");
  if (chunk.chunks !== stored.chunks)
    return new LineageConflictError(taskRunId, attempt, `it has ${stored.chunks} chunks`);
  return undefined;
}
