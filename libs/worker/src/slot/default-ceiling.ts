import { totalmem } from "node:os";

const RATIO = 0.8;

/**
 * What one task may hold where nobody says it, bytes: 0.8 of the machine's memory, or of the container's where it has less.
 *
 * It keeps one task from taking the worker with it when the machine's memory ends: the rest is for the worker and the system.
 *
 * @param constrainedBytes - the limit of the container; 0 or more than the machine has where there is none.
 */
export function defaultCeiling(
  machineBytes: number = totalmem(),
  constrainedBytes: number = process.constrainedMemory(),
): number {
  const hasLimit = constrainedBytes > 0 && constrainedBytes < machineBytes;
  return Math.floor((hasLimit ? constrainedBytes : machineBytes) * RATIO);
}
