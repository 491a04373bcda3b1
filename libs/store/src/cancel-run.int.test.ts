import { parseRunId } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { cancelRun } from "./cancel-run.ts";
import { later, sweepAll } from "./fixtures/clock.ts";
import { begin, call } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import { claimCall, report, reportOf, runOf, taskOf } from "./fixtures/workers.ts";

const grace = { graceMs: 5_000 };

describe("cancelRun", () => {
  test("ends a run that has not started at once", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b", { needs: ["a"] })]);

    const cancelled = await cancelRun(store, { runId, ...grace, reason: "not needed" }, signal);

    expect(cancelled).toMatchObject({ kind: "cancelled", state: "CANCELLED" });
    expect(cancelled.changes.cancelled).toEqual([]);
    expect(await runOf(store, runId)).toMatchObject({
      state: "CANCELLED",
      reason: "not needed",
      error: null,
      ended_at: expect.any(Date),
    });
    expect((await taskOf(store, runId, "b")).state).toBe("CANCELLED");
  });

  test("asks what runs to stop, and takes its report", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b", { needs: ["a"] })]);
    const a = await claimCall(store, runId, "a");

    const cancelled = await cancelRun(store, { runId, ...grace }, signal);
    expect(cancelled).toMatchObject({
      kind: "cancelling",
      state: "CANCELLING",
      changes: { cancelled: [a.taskRunId] },
    });
    await report(store, reportOf(a, { outcome: "cancelled" }));

    expect((await runOf(store, runId)).state).toBe("CANCELLED");
  });

  test("does without the worker after the grace; asking again does not put it off", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const a = await claimCall(store, runId, "a");
    await cancelRun(store, { runId, ...grace }, signal);
    await later(store, 4_000);
    const again = await cancelRun(store, { runId, ...grace }, signal);
    await later(store, 6_000);

    await sweepAll(store, { reap: false });

    expect(again).toMatchObject({ kind: "cancelling", changes: { cancelled: [a.taskRunId] } });
    expect((await runOf(store, runId)).state).toBe("CANCELLED");
    expect((await report(store, reportOf(a))).answers).toMatchObject([{ verdict: "refused" }]);
  });

  test("tries nothing again: neither a failure nor a lapsed lease", async ({ store }) => {
    const runId = await begin(store, [
      call("a", { retries: { limit: 5 } }),
      call("b", { retries: { limit: 5 } }),
    ]);
    const a = await claimCall(store, runId, "a");
    await claimCall(store, runId, "b");
    await cancelRun(store, { runId, graceMs: 60_000 }, signal);

    await report(store, reportOf(a, { outcome: "failed", retryable: true }));
    await later(store, 20_000);
    await sweepAll(store);

    expect((await taskOf(store, runId, "a")).state).toBe("CANCELLED");
    expect((await taskOf(store, runId, "b")).state).toBe("CANCELLED");
    expect((await runOf(store, runId)).state).toBe("CANCELLED");
  });

  test("comes too late for a run that is over, and finds no run of another id", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    await report(store, reportOf(await claimCall(store, runId, "a")));
    const nobody = parseRunId("00000000-0000-7000-8000-000000000000");

    expect(await cancelRun(store, { runId, ...grace }, signal)).toMatchObject({
      kind: "already-over",
      state: "COMPLETED",
    });
    expect((await cancelRun(store, { runId: nobody, ...grace }, signal)).kind).toBe("not-found");
    expect((await runOf(store, runId)).state).toBe("COMPLETED");
  });

  test("racing the report of the last task leaves one end (R1)", async ({ store }) => {
    for (let round = 0; round < 5; round += 1) {
      const runId = await begin(store, [call("a")]);
      const a = await claimCall(store, runId, "a");

      await Promise.all([
        cancelRun(store, { runId, ...grace }, signal),
        report(store, reportOf(a)),
      ]);

      expect((await runOf(store, runId)).state).toBe("COMPLETED");
      const ends = await store.db
        .selectFrom("state_log")
        .select("seq")
        .where("run_id", "=", runId)
        .where("task_run_id", "is", null)
        .where("to_state", "in", ["COMPLETED", "CANCELLED"])
        .execute();
      expect(ends).toHaveLength(1);
    }
  });
});
