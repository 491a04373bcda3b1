import {
  type FlowVersion,
  grantSchema,
  type LineageAnswer,
  type LineageChunk,
  type ReportAnswer,
  type ReportRequest,
  subjects,
} from "@weirflow/contracts";
import { WeirError } from "@weirflow/errors";
import { systemClock } from "@weirflow/lifecycle";
import { silentLogger } from "@weirflow/telemetry";
import { blobHash } from "@weirflow/values";
import { describe, expect, test } from "vitest";
import type { JobResult } from "../slot/slot-messages.ts";
import type { WorkerBus } from "../worker-bus.ts";
import type { AttemptDeps } from "./attempt-deps.ts";
import { AttemptRecord } from "./attempt-record.ts";
import type { Executed } from "./execute-grant.ts";
import { finishAttempt } from "./finish-attempt.ts";
import type { JobEnd } from "./run-in-slot.ts";

class DiskFullError extends WeirError {
  override readonly code = "test/disk-full";
  override readonly disposition = "retry";
}

class TooLargeError extends WeirError {
  override readonly code = "bus/message-too-large";
}

const grant = grantSchema.parse({
  verdict: "granted",
  taskRunId: "019b0000-0000-7000-8000-000000000002",
  claimId: "0".repeat(32),
  runId: "019b0000-0000-7000-8000-000000000001",
  attempt: 1,
  flow: "f",
  version: "a".repeat(64),
  call: "c",
  task: "t",
  pool: "cpu",
  inputs: {},
  outputs: ["x"],
  cache: false,
  leaseMs: 15_000,
  configs: {},
});

const result: JobResult = {
  outcome: "succeeded",
  outputs: [
    {
      name: "x",
      value: {
        codec: "bytes",
        bytes: new Uint8Array(70_000),
        valueHash: "b".repeat(64),
        summary: { type: "Uint8Array" },
      },
    },
  ],
  artifacts: [],
  retryable: false,
  isTainted: false,
  backend: { name: "wasm", device: "WebAssembly" },
};

const executed = (end: JobEnd): Executed => ({
  end,
  record: new AttemptRecord(),
  startedAt: new Date(0),
  endedAt: new Date(1_000),
});

const succeeded: JobEnd = { outcome: "succeeded", retryable: false, result };

/** The ports of an attempt, and what went through them, in order. */
function world(
  answers: { readonly lineage?: LineageAnswer; readonly reports?: readonly Error[] } = {},
) {
  const events: string[] = [];
  const reports: ReportRequest[] = [];
  const lineage: LineageChunk[] = [];
  let failuresLeft = 0;
  const failures = [...(answers.reports ?? [])];
  const request = async (
    subject: string,
    message: object,
  ): Promise<LineageAnswer | ReportAnswer> => {
    if (subject === subjects.lineage) {
      events.push("lineage");
      lineage.push(message as LineageChunk);
      return answers.lineage ?? { verdict: "stored", complete: true };
    }
    events.push("report");
    reports.push(message as ReportRequest);
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return { verdict: "accepted", state: "COMPLETED" };
  };
  const unused = (): never => {
    throw new Error("not part of finishing");
  };
  const deps: AttemptDeps = {
    bus: { request: request as WorkerBus["request"], publish: unused, publishDurable: unused },
    logger: silentLogger,
    clock: systemClock,
    worker: "host/1",
    store: {
      url: "memory:",
      put: async (bytes) => {
        events.push("put");
        failuresLeft -= 1;
        if (failuresLeft >= 0) throw new DiskFullError("no room");
        return blobHash(bytes);
      },
      get: unused,
      has: unused,
      checkpoints: { save: unused, load: unused, remove: unused },
      [Symbol.asyncDispose]: async () => undefined,
    },
    slots: { borrow: unused, giveBack: unused },
    beats: { keep: unused },
    logs: { add: unused },
    flows: new Map<FlowVersion, never>(),
    tensor: {},
    memoryLimitBytes: Infinity,
    graceMs: 0,
    requestTimeoutMs: 100,
  };
  return {
    events,
    reports,
    lineage,
    deps,
    failStore: (times: number) => {
      failuresLeft = times;
    },
  };
}

const { signal } = new AbortController();

describe("finishAttempt", () => {
  test("stores, records, reports: in this order", async () => {
    const { deps, events, reports, lineage } = world();

    const verdict = await finishAttempt(deps, grant, { executed: executed(succeeded), signal });

    expect(verdict).toEqual({ outcome: "succeeded", verdict: "accepted" });
    expect(events).toEqual(["put", "lineage", "report"]);
    expect(reports[0]).toMatchObject({ outcome: "succeeded", backend: "wasm" });
    expect(lineage[0]?.header).toMatchObject({
      backend: { name: "wasm", device: "WebAssembly" },
      startedAt: "1970-01-01T00:00:00.000Z",
      endedAt: "1970-01-01T00:00:01.000Z",
    });
  });

  test("waits for a store that is away, and says nothing before it is back", async () => {
    const { deps, events, failStore } = world();
    failStore(2);

    await finishAttempt(deps, grant, { executed: executed(succeeded), signal });

    expect(events).toEqual(["put", "put", "put", "lineage", "report"]);
  });

  test("reports a failure when its lineage is refused for good", async () => {
    const { deps, reports } = world({
      lineage: { verdict: "invalid", error: { code: "lineage/bad", message: "no such field" } },
    });

    await finishAttempt(deps, grant, { executed: executed(succeeded), signal });

    expect(reports).toMatchObject([
      {
        outcome: "failed",
        outputs: {},
        retryable: false,
        error: {
          code: "worker/lineage-refused",
          message: expect.stringContaining("no such field") as string,
        },
      },
    ]);
  });

  test("reports a failure when the report itself is too large", async () => {
    const { deps, reports } = world({ reports: [new TooLargeError("600,000 bytes")] });

    const verdict = await finishAttempt(deps, grant, { executed: executed(succeeded), signal });

    expect(verdict.outcome).toBe("failed");
    expect(reports.map(({ outcome }) => outcome)).toEqual(["succeeded", "failed"]);
    expect(reports[1]?.error?.code).toBe("bus/message-too-large");
  });

  test("records what a failed attempt did, but no outputs", async () => {
    const { deps, events, reports } = world();
    const error = { code: "dag/node-failed", message: "m", node: "x" };
    const end: JobEnd = {
      outcome: "failed",
      retryable: true,
      error,
      result: { ...result, outcome: "failed", outputs: [] },
    };

    await finishAttempt(deps, grant, { executed: executed(end), signal });

    expect(events).toEqual(["lineage", "report"]);
    expect(reports[0]).toMatchObject({ outcome: "failed", retryable: true, error, outputs: {} });
  });

  test("only reports a release", async () => {
    const { deps, events, reports } = world();

    await finishAttempt(deps, grant, {
      executed: executed({ outcome: "released", retryable: false }),
      signal,
    });

    expect(events).toEqual(["report"]);
    expect(reports[0]).toMatchObject({ outcome: "released", outputs: {}, artifacts: [] });
  });

  test("tells nobody anything once nobody wants the result", async () => {
    const { deps, events } = world();

    const finishing = finishAttempt(deps, grant, {
      executed: executed(succeeded),
      signal: AbortSignal.abort("stale"),
    });

    await expect(finishing).rejects.toMatchObject({ disposition: "cancel" });
    expect(events).toEqual([]);
  });
});
