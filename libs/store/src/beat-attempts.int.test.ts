import { describe, expect } from "vitest";
import { beatAttempts } from "./beat-attempts.ts";
import { cancelRun } from "./cancel-run.ts";
import { claimTaskRuns } from "./claim-task-runs.ts";
import { later, sweepAll } from "./fixtures/clock.ts";
import { begin, call } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import {
  beat,
  claimCall,
  claimOf,
  lease,
  report,
  reportOf,
  taskOf,
  token,
} from "./fixtures/workers.ts";

describe("a beat", () => {
  test("keeps the lease; that of a stranger is stale and keeps nothing", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b")]);
    const a = await claimCall(store, runId, "a");
    const b = await claimCall(store, runId, "b");
    await later(store, 14_000);

    expect(await beat(store, a)).toMatchObject({ verdict: "alive" });
    expect(await beat(store, { ...b, claimId: token() })).toMatchObject({
      verdict: "stale",
      reason: "the attempt of this token is over",
    });
    await later(store, 20_000);
    await sweepAll(store);

    expect((await taskOf(store, runId, "a")).state).toBe("RUNNING");
    expect((await taskOf(store, runId, "b")).state).toBe("READY");
  });

  test("after the lease lapsed, but before the reaping, still keeps it", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const a = await claimCall(store, runId, "a");
    await later(store, 60_000);

    expect(await beat(store, a)).toMatchObject({ verdict: "alive" });
    expect((await sweepAll(store)).reaped).toBe(0);
  });

  test("of an attempt that is over is stale", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const a = await claimCall(store, runId, "a");
    await report(store, reportOf(a));

    expect(await beat(store, a)).toMatchObject({ verdict: "stale" });
  });

  test("of a cancelled run says so, with its message lost (R12)", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const a = await claimCall(store, runId, "a");
    await cancelRun(store, { runId, graceMs: 5_000 }, signal);

    expect(await beat(store, a)).toMatchObject({ verdict: "cancel" });
  });

  test("of several workers at once is answered in their order, doubled attempts too", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a"), call("b")]);
    const a = await claimCall(store, runId, "a");
    const b = await claimCall(store, runId, "b");
    const key = ({ taskRunId, claimId }: typeof a) => ({ taskRunId, claimId });
    const foreign = { taskRunId: a.taskRunId, claimId: b.claimId };

    const answers = await beatAttempts(
      store,
      [
        { v: 1, worker: "w1", attempts: [key(b), foreign, key(a)] },
        { v: 1, worker: "w2", attempts: [] },
        { v: 1, worker: "w3", attempts: [key(a)] },
      ],
      lease,
      signal,
    );

    expect(answers.map(({ attempts }) => attempts.map(({ verdict }) => verdict))).toEqual([
      ["alive", "stale", "alive"],
      [],
      ["alive"],
    ]);
  });

  test("and reports of the same attempts, in opposite orders, never fail for a deadlock", async ({
    store,
  }) => {
    const runId = await begin(
      store,
      ["a", "b", "c", "d"].map((id) => call(id)),
    );
    const claims: ReturnType<typeof claimOf>[] = [];
    for (const id of ["a", "b", "c", "d"])
      claims.push(claimOf((await taskOf(store, runId, id)).id));
    await claimTaskRuns(store, claims, lease, signal);
    const attempts = claims.map(({ taskRunId, claimId }) => ({ taskRunId, claimId }));

    const all = Array.from({ length: 30 }, async (_, n) => {
      const order = n % 2 === 0 ? attempts : attempts.toReversed();
      if (n % 3 === 0) await claimTaskRuns(store, claims, lease, signal);
      return await beatAttempts(store, [{ v: 1, worker: "w", attempts: order }], lease, signal);
    });

    const verdicts = (await Promise.all(all)).flat().flatMap((one) => one.attempts);
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(["alive"]));
  });
});
