import { type Grant, type LogLine, type Progress, subjects } from "@weirflow/contracts";
import { isWeirError, toErrorRecord } from "@weirflow/errors";
import { retry } from "@weirflow/lifecycle";
import { VersionChangedError } from "../errors.ts";
import { type Job, jobKey, type SlotLine } from "../slot/slot-messages.ts";
import type { AttemptDeps } from "./attempt-deps.ts";
import { AttemptRecord } from "./attempt-record.ts";
import type { CheckpointKeeper } from "./checkpoint-keeper.ts";
import { jobOf } from "./job-of.ts";
import { LiveArtifactSender } from "./live-artifact-sender.ts";
import { ProgressReporter } from "./progress-reporter.ts";
import { type JobEnd, runInSlot } from "./run-in-slot.ts";
import type { StopRequest } from "./stop-request.ts";

/** What came of running the graph of a grant. */
export interface Executed {
  readonly end: JobEnd;
  readonly record: AttemptRecord;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** Why and when to stop. */
export interface ExecuteOptions {
  readonly stop: StopRequest;
  /** Ends every wait. */
  readonly signal: AbortSignal;
  readonly checkpoints: Pick<CheckpointKeeper, "hear">;
}

const FETCHING = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 2_000 };

/** Fetches the inputs of a grant and runs its graph; what it says on the way is published. Never rejects. */
export async function executeGrant(
  deps: AttemptDeps,
  grant: Grant,
  options: ExecuteOptions,
): Promise<Executed> {
  const { clock, flows } = deps;
  const record = new AttemptRecord();
  const file = flows.get(grant.version)?.file;
  const fetched =
    file === undefined ? notServed(grant) : await fetchJob(deps, grant, { ...options, file });
  const startedAt = clock.now();
  const end =
    "outcome" in fetched ? fetched : await run(deps, { grant, job: fetched, record }, options);
  const endedAt = clock.now();
  if (end.error !== undefined) {
    // A slot that is lost takes its nodes along; one that ended by itself left those alone that it had asked to stop.
    const isLost =
      end.result === undefined && (end.outcome === "crashed" || end.outcome === "failed");
    const state = isLost ? "failed" : "cancelled";
    record.endRunning((endedAt.getTime() - startedAt.getTime()) * 1_000, state, end.error);
  }
  return { end, record, startedAt, endedAt };
}

/** The claim named the versions that are served, so this is a granted one that is not among them. */
function notServed({ flow, version }: Grant): JobEnd {
  const error = toErrorRecord(new VersionChangedError(flow, version, flow));
  return { outcome: "failed", error, retryable: false };
}

async function fetchJob(
  deps: AttemptDeps,
  grant: Grant,
  { stop, signal, file }: ExecuteOptions & { readonly file: string },
): Promise<Job | JobEnd> {
  const either = AbortSignal.any([stop.signal, signal]);
  const { store, tensor } = deps;
  const fetch = async (): Promise<Job> =>
    await jobOf(grant, { store, file, tensor, signal: either });
  try {
    return await retry(FETCHING, fetch, { signal: either });
  } catch (error) {
    const outcome = stop.asked?.outcome ?? "failed";
    const retryable = isWeirError(error) && error.disposition === "retry";
    return { outcome, error: toErrorRecord(error), retryable };
  }
}

interface Execution {
  readonly grant: Grant;
  readonly job: Job;
  readonly record: AttemptRecord;
}

async function run(
  deps: AttemptDeps,
  { grant, job, record }: Execution,
  { stop, checkpoints }: ExecuteOptions,
): Promise<JobEnd> {
  const { slots, graceMs, bus, logs, clock } = deps;
  const key = jobKey(job);
  using progress = new ProgressReporter(() =>
    bus.publish(subjects.progress(grant.runId), progressOf(grant, record)),
  );
  using live = new LiveArtifactSender({
    ...deps,
    attempt: grant,
    onShown: () => progress.changed(), // who watches looks again
  });
  const log = (line: SlotLine): void => logs.add(lineOf(grant, line));
  const end = await runInSlot(job, {
    slots,
    stop,
    checkpoints,
    graceMs,
    timeoutMs: grant.timeoutMs,
    memoryLimitBytes: memoryLimit(deps, grant),
    listener: {
      onMessage: (message) => {
        if (message.kind === "line") log(message.line);
        else if (message.kind === "artifact") {
          if (message.job === key) live.show(message.artifact);
        } else if (record.hear(message)) progress.changed();
      },
      onOutput: (stream, message) => {
        const level = stream === "stdout" ? "info" : "warn";
        log({ level, at: clock.now().toISOString(), message });
      },
    },
  });
  if (end.result === undefined) await live.drain();
  return end;
}

/** The lower of two ceilings: the worker's, and what the flow says of the call. */
function memoryLimit({ flows, memoryLimitBytes }: AttemptDeps, { version, call }: Grant): number {
  const calls = flows.get(version)?.manifest.calls ?? [];
  const own = calls.find(({ id }) => id === call)?.memoryBytes ?? Infinity;
  return Math.min(memoryLimitBytes, own);
}

function progressOf(grant: Grant, record: AttemptRecord): Progress {
  const { runId, taskRunId, call, attempt } = grant;
  return { v: 1, runId, taskRunId, call, attempt, ...record.progress() };
}

function lineOf({ runId, taskRunId, attempt }: Grant, line: SlotLine): LogLine {
  return { v: 1, runId, taskRunId, attempt, ...line };
}
