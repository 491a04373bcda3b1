import { randomUUID } from "node:crypto";
import { describe, expect } from "vitest";
import { attemptChunk, hashOf, lineageTest as test, node, signal } from "../test/fixture.ts";
import { reproduce } from "./read/reproduce.ts";
import { recordChunks } from "./record/record-chunks.ts";
import { pendingAttempts, settleAttempts } from "./settle-attempts.ts";

describe("settleAttempts", () => {
  test("settles each attempt once and leaves settled ones alone", async ({ store }) => {
    const chunk = attemptChunk();
    await recordChunks(store, [chunk], signal);
    const key = { taskRunId: chunk.taskRunId, attempt: 1 };

    const first = await settleAttempts(store, [{ ...key, accepted: true }], signal);
    const second = await settleAttempts(store, [{ ...key, accepted: false }], signal);

    expect([first, second]).toEqual([1, 0]);
  });

  test("leaves attempts alone that it does not know", async ({ store }) => {
    expect(
      await settleAttempts(
        store,
        [{ taskRunId: randomUUID(), attempt: 1, accepted: true }],
        signal,
      ),
    ).toBe(0);
    expect(await settleAttempts(store, [], signal)).toBe(0);
  });

  test("takes an attempt that is named twice in one batch", async ({ store }) => {
    const chunk = attemptChunk();
    await recordChunks(store, [chunk], signal);
    const one = { taskRunId: chunk.taskRunId, attempt: 1, accepted: true };

    expect(await settleAttempts(store, [one, one], signal)).toBe(1);
  });

  test("traces a value to the accepted attempt that made it", async ({ store }) => {
    const [lost, won] = [attemptChunk(), attemptChunk()];
    await recordChunks(store, [lost], signal);
    await recordChunks(store, [won], signal);

    await settleAttempts(
      store,
      [
        { taskRunId: lost.taskRunId, attempt: 1, accepted: false },
        { taskRunId: won.taskRunId, attempt: 1, accepted: true },
      ],
      signal,
    );

    expect((await reproduce(store, hashOf("e"), signal))?.taskRunId).toBe(won.taskRunId);
  });
});

describe("pendingAttempts", () => {
  test("lists what nobody settled, oldest first, up to the limit", async ({ store }) => {
    const chunks = [
      attemptChunk(),
      attemptChunk({ nodes: [node("total", hashOf("a"))] }),
      attemptChunk(),
    ];
    for (const chunk of chunks) await recordChunks(store, [chunk], signal);
    await settleAttempts(
      store,
      [{ taskRunId: chunks[1]?.taskRunId ?? "", attempt: 1, accepted: true }],
      signal,
    );

    const all = await pendingAttempts(store, { olderThanMs: 0, limit: 10 }, signal);
    const one = await pendingAttempts(store, { olderThanMs: 0, limit: 1 }, signal);

    expect(all.map(({ taskRunId }) => taskRunId)).toEqual([
      chunks[0]?.taskRunId,
      chunks[2]?.taskRunId,
    ]);
    expect(one).toEqual([all[0]]);
  });

  test("leaves out what is younger", async ({ store }) => {
    await recordChunks(store, [attemptChunk()], signal);

    expect(await pendingAttempts(store, { olderThanMs: 30_000, limit: 10 }, signal)).toEqual([]);
  });
});
