import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@weirflow/testing";
import { describe, expect } from "vitest";
import { json } from "./fixtures/peer.ts";
import { workerTest as test } from "./fixtures/worker-test.ts";

describe("startWorker: checkpoints", () => {
  test.for(["thread", "process"] as const)(
    "an attempt in a %s goes on where one that crashed had saved; success forgets it",
    async (slot, { world }) => {
      const { peer, store } = world;
      const { version } = await world.start({ slot, concurrency: 1 });
      const offer = { task: "count", outputs: ["counted"], inputs: json({ until: 5 }), version };
      const saved = async (): Promise<number> => {
        const folder = join(fileURLToPath(store.url), "checkpoints");
        return await readdir(folder).then(
          (files) => files.length,
          () => 0,
        );
      };
      const nextReport = async (
        count: number,
      ): Promise<(typeof peer.reports)[number] | undefined> => {
        await eventually(() => peer.reports.length === count);
        return peer.reports.at(-1);
      };

      const taskRunId = peer.offer(offer);
      expect(await nextReport(1)).toMatchObject({ outcome: "crashed" });
      expect(await saved()).toBe(1);

      peer.offer({ ...offer, again: { taskRunId, attempt: 2 } });
      const second = await nextReport(2);
      expect(second).toMatchObject({ outcome: "succeeded" });
      expect(second?.outputs["counted"]).toMatchObject({ data: '[{"from":1,"to":2},3,5]' });
      await eventually(async () => expect(await saved()).toBe(0));
    },
  );

  test("an attempt that ran out of time leaves what it saves on its way out", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start({ concurrency: 1 });
    const inputs = json({ word: "so far" });
    const offer = { task: "part", outputs: ["parting"], inputs, version };

    const taskRunId = peer.offer({ ...offer, timeoutMs: 300 });
    expect(await reported(taskRunId)).toMatchObject({ outcome: "timed_out", retryable: true });
    peer.offer({ ...offer, again: { taskRunId, attempt: 2 } });
    await eventually(() => peer.reports.length === 2);

    expect(peer.reports[1]?.outputs["parting"]).toMatchObject({ data: '["so far"]' });
  });
});
