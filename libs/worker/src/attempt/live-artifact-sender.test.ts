import { type ShowAnswer, type ShowRequest, showRequestSchema } from "@weirflow/contracts";
import { WeirError } from "@weirflow/errors";
import { silentLogger } from "@weirflow/telemetry";
import { eventually } from "@weirflow/testing";
import { describe, expect, test } from "vitest";
import type { SavedArtifact } from "../slot/slot-messages.ts";
import type { WorkerBus } from "../worker-bus.ts";
import { LiveArtifactSender } from "./live-artifact-sender.ts";

class NobodyError extends WeirError {
  override readonly code = "test/nobody";
  override readonly disposition = "retry";
}

const attempt = {
  taskRunId: "0197a3c4-1f2e-7abc-8def-0123456789ab",
  claimId: "ab".repeat(16),
} as unknown as Pick<ShowRequest, "taskRunId" | "claimId">; // branded strings

function artifact(key: string, sequence: number): SavedArtifact {
  const bytes = new TextEncoder().encode(`${key} ${sequence}`);
  return { key, kind: "chart", title: key, mediaType: "image/svg+xml", bytes, sequence };
}

/** A scheduler that answers when the test says so. */
class Scheduler implements Pick<WorkerBus, "request"> {
  readonly asked: string[] = [];
  readonly #open: PromiseWithResolvers<unknown>[] = [];

  readonly request: WorkerBus["request"] = async (_subject, message, schema, { signal }) => {
    const { artifact: shown } = showRequestSchema.parse(message);
    this.asked.push(Buffer.from(shown.body, "base64").toString());
    const answer = Promise.withResolvers<unknown>();
    this.#open.push(answer);
    signal.addEventListener("abort", () => answer.reject(signal.reason as Error), { once: true });
    return schema.parse(await answer.promise);
  };

  answer(verdict: ShowAnswer): void {
    this.#open.shift()?.resolve(verdict);
  }

  fail(): void {
    this.#open.shift()?.reject(new NobodyError("nobody answered"));
  }
}

function started(): {
  readonly scheduler: Scheduler;
  readonly sender: LiveArtifactSender;
  readonly shown: () => number;
} {
  const scheduler = new Scheduler();
  let shown = 0;
  const sender = new LiveArtifactSender({
    bus: scheduler,
    logger: silentLogger,
    attempt,
    requestTimeoutMs: 1_000,
    retryMs: 1,
    onShown: () => (shown += 1),
  });
  return { scheduler, sender, shown: () => shown };
}

describe("LiveArtifactSender", () => {
  test("sends one at a time; of what waits, the last of each key", async () => {
    const { scheduler, sender, shown } = started();

    sender.show(artifact("chart", 1));
    sender.show(artifact("chart", 2));
    sender.show(artifact("table", 3));
    sender.show(artifact("chart", 4));
    expect(scheduler.asked).toEqual(["chart 1"]);
    for (const asked of [2, 3, 3]) {
      scheduler.answer({ verdict: "shown" });
      await eventually(() => expect(scheduler.asked).toHaveLength(asked));
    }
    await eventually(() => expect(shown()).toBe(3));

    expect(scheduler.asked).toEqual(["chart 1", "chart 4", "table 3"]);
    sender.show(artifact("chart", 5));
    expect(scheduler.asked.at(-1)).toBe("chart 5");
    sender[Symbol.dispose]();
  });

  test("asks again when nobody answered, for the newest by then", async () => {
    const { scheduler, sender, shown } = started();

    sender.show(artifact("chart", 1));
    scheduler.fail();
    await eventually(() => expect(scheduler.asked).toEqual(["chart 1", "chart 1"]));
    sender.show(artifact("chart", 2));
    scheduler.fail();
    await eventually(() => expect(scheduler.asked).toHaveLength(3));
    scheduler.answer({ verdict: "shown" });
    await sender.drain();

    expect(scheduler.asked).toEqual(["chart 1", "chart 1", "chart 2"]);
    expect(shown()).toBe(1);
  });

  test("shows nothing more once the attempt is stale", async () => {
    const { scheduler, sender, shown } = started();

    sender.show(artifact("chart", 1));
    sender.show(artifact("table", 2));
    scheduler.answer({ verdict: "stale", reason: "a test" });
    await sender.drain();
    sender.show(artifact("chart", 3));

    expect(scheduler.asked).toEqual(["chart 1"]);
    expect(shown()).toBe(0);
  });

  test("drops what is refused, and goes on", async () => {
    const { scheduler, sender } = started();

    sender.show(artifact("chart", 1));
    sender.show(artifact("table", 2));
    scheduler.answer({ verdict: "invalid", error: { code: "x", message: "too large" } });
    await eventually(() => expect(scheduler.asked).toEqual(["chart 1", "table 2"]));
    sender[Symbol.dispose]();
  });

  test("drains: what waits is sent, and given up as soon as nobody answers", async () => {
    const { scheduler, sender } = started();
    sender.show(artifact("chart", 1));
    sender.show(artifact("table", 2));
    sender.show(artifact("other", 3));

    const drained = sender.drain();
    scheduler.answer({ verdict: "shown" });
    await eventually(() => expect(scheduler.asked).toHaveLength(2));
    scheduler.fail();
    await drained;

    expect(scheduler.asked).toEqual(["chart 1", "table 2"]);
  });

  test("ends at once when it is disposed of", async () => {
    const { scheduler, sender, shown } = started();
    sender.show(artifact("chart", 1));
    sender.show(artifact("table", 2));

    sender[Symbol.dispose]();
    await sender.drain();

    expect(scheduler.asked).toEqual(["chart 1"]);
    expect(shown()).toBe(0);
  });
});
