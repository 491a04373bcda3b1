import * as z from "zod";
import { InvalidPoolError } from "./errors.ts";

const POOL = /^[A-Za-z0-9_-]{1,32}$/;

/** Parses a pool's name: one token of a subject. */
export const poolSchema = z.string().regex(POOL, "use 1 to 32 letters, digits, `-` or `_`");

const pooled =
  (prefix: string) =>
  (pool: string): string => {
    if (!POOL.test(pool)) throw new InvalidPoolError(pool);
    return `${prefix}.${pool}`;
  };

/**
 * Every subject that Weirflow uses, built here and nowhere else.
 *
 * @example
 * subjects.work("cpu"); // "weir.work.cpu"
 */
export const subjects = {
  /** A hint that a task run of the pool is READY. Stream WORK. */
  work: pooled("weir.work"),
  /** Request: claim a task run. Answered by any scheduler, after its commit. */
  claim: pooled("weir.rpc.claim"),
  /** Pattern for answering the claims of every pool. */
  claimAll: "weir.rpc.claim.*",
  /** Request: keep leases. */
  beat: "weir.rpc.beat",
  /** Request: the end of an attempt. */
  report: "weir.rpc.report",
  /** Request: show an artifact of a running attempt. Answered by any scheduler, after its commit. */
  show: "weir.rpc.show",
  /** Request: which attempts were accepted. Asked by the lineage service. */
  settled: "weir.rpc.settled",
  /** Request: keep a message that can never be handled, with the reason. */
  deadLetter: "weir.rpc.dead-letter",
  /** Request: store a chunk of the lineage of an attempt. Answered by any lineage service, after its commit. */
  lineage: "weir.rpc.lineage",
  /** Core NATS, no payload: something became due; shortens the sweep's pause. */
  wake: "weir.wake",
  /** Core NATS hint: these attempts should stop. Every worker listens. */
  cancel: "weir.cancel",
  /** Core NATS: progress of a running attempt; lost messages are never repeated. */
  progress: (runId: string): string => `weir.progress.${runId}`,
  /** Pattern for the progress of every run. */
  progressAll: "weir.progress.*",
  /** A line that a node logged. Stream LOGS. */
  log: (runId: string): string => `weir.log.${runId}`,
  /** An event of ours or of a user, as CloudEvents 1.0. Stream EVENTS. */
  event: (type: string): string => `weir.evt.${type}`,
  /** Pattern for all events. */
  eventAll: "weir.evt.>",
} as const;

/** Whether a subject matches a NATS pattern with `*` and `>`. */
export function subjectMatches(pattern: string, subject: string): boolean {
  const want = pattern.split(".");
  const have = subject.split(".");
  for (const [index, token] of want.entries()) {
    if (token === ">") return have.length > index;
    if (have[index] === undefined || (token !== "*" && token !== have[index])) return false;
  }
  return want.length === have.length;
}
