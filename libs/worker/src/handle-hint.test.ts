import { type ClaimAnswer, type Grant, grantSchema, parseFlowVersion } from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { describe, expect, test } from "vitest";
import { handleHint } from "./handle-hint.ts";
import type { WorkerBus } from "./worker-bus.ts";

const signal = new AbortController().signal;
const taskRunId = "019b0000-0000-7000-8000-000000000002";
const version = parseFlowVersion("a".repeat(64));

function hintOf(data: string) {
  const settled: string[] = [];
  const hint = {
    subject: "weir.work.cpu",
    data: new TextEncoder().encode(data),
    ack: () => void settled.push("ack"),
    nak: (delayMs: number) => void settled.push(`nak ${delayMs}`),
    term: () => void settled.push("term"),
    working: () => void settled.push("working"),
  };
  return { hint, settled };
}

/** A scheduler that answers each claim with the next of these; an error stands for no answer. */
function world(answers: readonly (ClaimAnswer | Error)[]) {
  const claims: object[] = [];
  const letters: object[] = [];
  const ran: Grant[] = [];
  const request = async (_subject: string, message: object): Promise<ClaimAnswer> => {
    const answer = answers[claims.length];
    claims.push(message);
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("no answer");
    return answer;
  };
  const deps = {
    bus: {
      request: request as WorkerBus["request"],
      publish: (_subject: string, message: object) => void letters.push(message),
    },
    logger: silentLogger,
    worker: "host/1",
    pool: "cpu",
    serves: [version],
    requestTimeoutMs: 100,
    run: async (grant: Grant) => void ran.push(grant),
  };
  return { claims, letters, ran, deps };
}

const grant = grantSchema.parse({
  verdict: "granted",
  taskRunId,
  claimId: "0".repeat(32),
  runId: "019b0000-0000-7000-8000-000000000001",
  attempt: 1,
  flow: "f",
  version,
  call: "c",
  task: "t",
  pool: "cpu",
  inputs: {},
  outputs: ["x"],
  cache: false,
  leaseMs: 15_000,
  configs: {},
});

describe("handleHint", () => {
  test("acks a granted hint, then runs it", async () => {
    const { deps, ran, claims } = world([grant]);
    const { hint, settled } = hintOf(JSON.stringify({ v: 1, taskRunId }));

    await handleHint(deps, hint, signal);

    expect(settled).toEqual(["working", "ack"]);
    expect(ran).toEqual([grant]);
    expect(claims[0]).toMatchObject({
      taskRunId,
      pool: "cpu",
      worker: "host/1",
      serves: [version],
    });
  });

  test("asks again with the same token when the answer is lost", async () => {
    const { deps, claims, ran } = world([new Error("timeout"), new Error("timeout"), grant]);
    const { hint, settled } = hintOf(JSON.stringify({ v: 1, taskRunId }));

    await handleHint(deps, hint, signal);

    const tokens = new Set(claims.map((claim) => (claim as { claimId: string }).claimId));
    expect(claims).toHaveLength(3);
    expect(tokens.size).toBe(1);
    expect(ran).toHaveLength(1);
    expect(settled).toEqual(["working", "working", "working", "ack"]);
  });

  test.each<readonly [ClaimAnswer, string]>([
    [{ verdict: "gone", reason: "done" }, "ack"],
    [{ verdict: "limited", tag: "db" }, "ack"],
    [{ verdict: "elsewhere", version: "v2", retryAfterMs: 700 }, "nak 700"],
    [{ verdict: "invalid", error: { code: "c", message: "m" } }, "nak 10000"],
  ])("settles the hint of a claim that was not granted: %o", async (answer, expected) => {
    const { deps, ran } = world([answer]);
    const { hint, settled } = hintOf(JSON.stringify({ v: 1, taskRunId }));

    await handleHint(deps, hint, signal);

    expect(settled).toEqual(["working", expected]);
    expect(ran).toEqual([]);
  });

  test("sends what is no hint to the dead letter, with the reason", async () => {
    const { deps, claims, letters } = world([]);
    const { hint, settled } = hintOf('{"v":1}');

    await handleHint(deps, hint, signal);

    expect(settled).toEqual(["term"]);
    expect(claims).toEqual([]);
    expect(letters).toEqual([
      {
        v: 1,
        subject: "weir.work.cpu",
        reason: expect.stringContaining("taskRunId") as string,
        payload: "eyJ2IjoxfQ==",
        headers: {},
      },
    ]);
  });
});
