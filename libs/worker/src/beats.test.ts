import {
  type BeatAnswer,
  type BeatRequest,
  parseClaimId,
  parseTaskRunId,
} from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { describe, expect, test, vi } from "vitest";
import { Beats } from "./beats.ts";
import type { WorkerBus } from "./worker-bus.ts";

const taskRunId = parseTaskRunId("019b0000-0000-7000-8000-000000000002");
const claimOf = (n: number) => parseClaimId(n.toString(16).padStart(32, "0"));

type Verdict = BeatAnswer["attempts"][number]["verdict"];

/** The scheduler's side of the wire: keeps what it was asked and answers what it is told to. */
function scheduler(verdict: () => Verdict | "silence") {
  const asked: BeatRequest[] = [];
  const request = async (_subject: string, message: object): Promise<BeatAnswer> => {
    const beat = message as BeatRequest;
    asked.push(beat);
    const answer = verdict();
    if (answer === "silence") throw new Error("no answer");
    return { attempts: beat.attempts.map((key) => ({ ...key, verdict: answer })) };
  };
  return { asked, bus: { request: request as WorkerBus["request"] } };
}

const options = { logger: silentLogger, worker: "host/1", intervalMs: 20 };

const attempt = (n: number) => ({
  taskRunId,
  claimId: claimOf(n),
  onCancel: vi.fn<(reason: string) => void>(),
  onStale: vi.fn<(reason: string) => void>(),
});

describe("Beats", () => {
  test("sends one message for all attempts, again and again", async () => {
    const { asked, bus } = scheduler(() => "alive");
    await using beats = new Beats({ ...options, bus });
    expect(asked).toEqual([]);

    const first = beats.keep(attempt(1));
    const second = beats.keep(attempt(2));
    await vi.waitUntil(() => asked.length >= 3);
    first[Symbol.dispose]();
    second[Symbol.dispose]();

    expect(asked[1]?.attempts).toEqual([
      { taskRunId, claimId: claimOf(1) },
      { taskRunId, claimId: claimOf(2) },
    ]);
  });

  test("passes on what the answer says about each attempt", async () => {
    let verdict: Verdict = "cancel";
    const { bus } = scheduler(() => verdict);
    await using beats = new Beats({ ...options, bus });
    const one = attempt(1);

    using _kept = beats.keep(one);

    await vi.waitUntil(() => one.onCancel.mock.calls.length > 0);
    expect(one.onStale).not.toHaveBeenCalled();
    verdict = "stale";
    await vi.waitUntil(() => one.onStale.mock.calls.length > 0);
  });

  test("changes nothing for want of an answer, and asks again", async () => {
    const { asked, bus } = scheduler(() => "silence");
    await using beats = new Beats({ ...options, bus });
    const one = attempt(1);

    using _kept = beats.keep(one);

    await vi.waitUntil(() => asked.length >= 3);
    expect(one.onCancel).not.toHaveBeenCalled();
    expect(one.onStale).not.toHaveBeenCalled();
  });

  test("a hint about a task run that is here brings the next beat at once; no other does", async () => {
    const { asked, bus } = scheduler(() => "alive");
    await using beats = new Beats({ ...options, bus, intervalMs: 60_000 });
    using _kept = beats.keep(attempt(1));
    await vi.waitUntil(() => asked.length === 1);

    beats.hintCancelled([parseTaskRunId("019b0000-0000-7000-8000-00000000000f")]);
    beats.hintCancelled([taskRunId]);

    await vi.waitUntil(() => asked.length === 2);
  });

  test("stops at once while a beat is under way", async () => {
    const bus = {
      request: (async (_s: string, _m: object, _a: unknown, { signal }: { signal: AbortSignal }) =>
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("aborted")));
        })) as WorkerBus["request"],
    };
    const beats = new Beats({ ...options, bus });
    using _kept = beats.keep(attempt(1));

    await beats[Symbol.asyncDispose]();
    await beats[Symbol.asyncDispose]();
  });
});
