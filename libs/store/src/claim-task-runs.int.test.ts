import { parseTaskRunId } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { cancelRun } from "./cancel-run.ts";
import { claimTaskRuns } from "./claim-task-runs.ts";
import { later, sweepAll } from "./fixtures/clock.ts";
import { begin, call, outputOf } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import {
  claim,
  claimCall,
  claimOf,
  lease,
  report,
  reportOf,
  runOf,
  taskOf,
  token,
  value,
} from "./fixtures/workers.ts";

describe("a claim", () => {
  test("is granted with all that the attempt needs", async ({ store }) => {
    const runId = await begin(store, [
      call("a"),
      call("b", {
        needs: ["a"],
        inputs: {
          x: outputOf("a"),
          n: { kind: "value", value: 3 },
          gone: { kind: "param", path: ["p"] },
        },
        timeoutMs: 60_000,
      }),
    ]);
    const a = await claimCall(store, runId, "a");
    await report(store, reportOf(a));
    const request = claimOf((await taskOf(store, runId, "b")).id);

    expect(await claim(store, request)).toEqual({
      verdict: "granted",
      taskRunId: request.taskRunId,
      claimId: request.claimId,
      runId,
      attempt: 1,
      flow: "test",
      version: "a".repeat(64),
      call: "b",
      task: "b",
      pool: "cpu",
      inputs: {
        x: {
          kind: "value",
          ref: value("1"),
          from: { taskRunId: a.taskRunId, attempt: 1, output: "value" },
        },
        n: { kind: "json", value: 3 },
      },
      outputs: ["value"],
      cache: false,
      leaseMs: 15_000,
      timeoutMs: 60_000,
      configs: {},
    });
  });

  test("is granted to one of many racing workers", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const { id } = await taskOf(store, runId, "a");

    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => await claim(store, claimOf(id))),
    );

    expect(answers.map(({ verdict }) => verdict).toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => "gone"),
      "granted",
    ]);
    expect((await taskOf(store, runId, "a")).attempt).toBe(1);
  });

  test("is granted to one of two in the same batch", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const { id } = await taskOf(store, runId, "a");

    const { answers } = await claimTaskRuns(store, [claimOf(id), claimOf(id)], lease, signal);

    expect(answers.map(({ verdict }) => verdict)).toEqual(["granted", "gone"]);
  });

  test("twice in the same batch is granted twice, as one attempt", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = claimOf((await taskOf(store, runId, "a")).id);

    const { answers } = await claimTaskRuns(store, [request, request], lease, signal);

    expect(answers[1]).toEqual(answers[0]);
    expect((await taskOf(store, runId, "a")).attempt).toBe(1);
  });

  test("that is repeated is answered the same, without another attempt", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = claimOf((await taskOf(store, runId, "a")).id);

    const first = await claim(store, request);
    const second = await claim(store, request);

    expect(second).toEqual(first);
    expect((await taskOf(store, runId, "a")).attempt).toBe(1);
    expect(await store.db.selectFrom("attempts").select("number").execute()).toEqual([
      { number: 1 },
    ]);
  });

  test("that is repeated begins the lease anew: its worker has not beaten yet", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const request = await claimCall(store, runId, "a");
    await later(store, 14_000);
    await claim(store, request);
    await later(store, 20_000);

    expect((await sweepAll(store)).reaped).toBe(0);
    expect((await taskOf(store, runId, "a")).state).toBe("RUNNING");
  });

  test("with a token that was spent opens nothing", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = await claimCall(store, runId, "a");
    await report(store, reportOf(request, { outcome: "released" }));

    expect(await claim(store, request)).toEqual({
      verdict: "gone",
      reason: "the attempt of this token is RELEASED",
    });
    expect((await taskOf(store, runId, "a")).state).toBe("READY");
  });

  test("of another pool is gone", async ({ store }) => {
    const runId = await begin(store, [call("a", { pool: "gpu" })]);
    const { id } = await taskOf(store, runId, "a");

    expect(await claim(store, claimOf(id))).toMatchObject({ verdict: "gone" });
    expect(await claim(store, claimOf(id, { pool: "gpu" }))).toMatchObject({ verdict: "granted" });
  });

  test("is gone when there is no such task run, or its inputs are missing (R9)", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a"), call("b", { needs: ["a"] })]);
    const nobody = parseTaskRunId("00000000-0000-7000-8000-000000000000");

    expect(await claim(store, claimOf(nobody))).toMatchObject({ verdict: "gone" });
    expect(await claim(store, claimOf((await taskOf(store, runId, "b")).id))).toEqual({
      verdict: "gone",
      reason: "it is PENDING",
    });
  });

  test("is gone once the run was cancelled", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = claimOf((await taskOf(store, runId, "a")).id);
    await cancelRun(store, { runId, graceMs: 1_000 }, signal);

    expect(await claim(store, request)).toEqual({ verdict: "gone", reason: "it is CANCELLED" });
  });
});

describe("claims of many runs in one batch", () => {
  test("each get their own verdict, in their order", async ({ store }) => {
    const first = await begin(store, [call("a")]);
    const second = await begin(store, [call("a")]);
    const a = claimOf((await taskOf(store, first, "a")).id);
    const b = claimOf((await taskOf(store, second, "a")).id, { serves: [] });
    const c = claimOf(parseTaskRunId("00000000-0000-7000-8000-000000000000"));

    const { answers, changes } = await claimTaskRuns(store, [c, b, a], lease, signal);

    expect(answers.map(({ verdict }) => verdict)).toEqual(["gone", "elsewhere", "granted"]);
    expect(changes.runs.map(({ runId, state }) => [runId, state])).toEqual([[first, "RUNNING"]]);
  });

  test("in opposite orders by racing schedulers do not block each other", async ({ store }) => {
    const runs = [];
    for (let n = 0; n < 8; n += 1) runs.push(await begin(store, [call("a")]));
    const requests = [];
    for (const runId of runs) requests.push(claimOf((await taskOf(store, runId, "a")).id));
    const rivals = requests.map((request) => ({ ...request, claimId: token() }));

    const [ours, theirs] = await Promise.all([
      claimTaskRuns(store, requests, lease, signal),
      claimTaskRuns(store, rivals.toReversed(), lease, signal),
    ]);

    const granted = [...ours.answers, ...theirs.answers].filter((a) => a.verdict === "granted");
    expect(granted).toHaveLength(8);
  });
});

describe("a worker without the version", () => {
  test("is sent elsewhere; after a minute the run says so, until someone serves it", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const request = claimOf((await taskOf(store, runId, "a")).id);

    expect(await claim(store, { ...request, serves: [] })).toMatchObject({
      verdict: "elsewhere",
      version: "a".repeat(64),
    });
    await later(store, 59_000);
    await sweepAll(store);
    expect((await runOf(store, runId)).state).toBe("SCHEDULED");
    await later(store, 61_000);
    await sweepAll(store);
    const { state, reason, revision } = await runOf(store, runId);
    expect([state, reason]).toEqual([
      "AWAITING_VERSION",
      '"w" of the pool "cpu" lacks version aaaaaaaaaaaa of the flow "test"; start a worker with the flow\'s files',
    ]);
    await sweepAll(store);
    expect((await runOf(store, runId)).revision).toBe(revision);

    await claim(store, request);
    expect(await runOf(store, runId)).toMatchObject({ state: "RUNNING", reason: null });
  });

  test("makes a run say so whose other tasks are done", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b", { needs: ["a"], pool: "gpu" })]);
    await report(store, reportOf(await claimCall(store, runId, "a")));
    const b = claimOf((await taskOf(store, runId, "b")).id, { pool: "gpu", serves: [] });
    await claim(store, b);
    await later(store, 61_000);

    const first = await sweepAll(store);
    const second = await sweepAll(store);

    expect(first.changes.runs).toMatchObject([{ state: "AWAITING_VERSION" }]);
    expect(second.changes.runs).toEqual([]);
  });
});

describe("a limit", () => {
  const limited = [call("a", { concurrency: ["db"] }), call("b", { concurrency: ["db"] })];

  test("is never exceeded; a freed slot readies the next (R19)", async ({ store }) => {
    await store.db.insertInto("limits").values({ tag: "db", slots: 1 }).execute();
    const runId = await begin(store, limited);
    const a = claimOf((await taskOf(store, runId, "a")).id);
    const b = claimOf((await taskOf(store, runId, "b")).id);

    const { answers } = await claimTaskRuns(store, [a, b], lease, signal);
    expect(answers[1]).toEqual({ verdict: "limited", tag: "db" });
    expect((await sweepAll(store)).changes.hints).toEqual([]);
    await report(store, reportOf(a));
    const { changes } = await sweepAll(store);

    expect(changes.hints.map(({ taskRunId }) => taskRunId)).toEqual([b.taskRunId]);
    expect(await claim(store, b)).toMatchObject({ verdict: "granted" });
  });

  test("holds for workers that race (R19)", async ({ store }) => {
    await store.db.insertInto("limits").values({ tag: "db", slots: 2 }).execute();
    const requests = [];
    for (let n = 0; n < 6; n += 1) {
      const runId = await begin(store, [call("a", { concurrency: ["db"] })]);
      requests.push(claimOf((await taskOf(store, runId, "a")).id));
    }

    const answers = await Promise.all(requests.map(async (request) => await claim(store, request)));

    expect(answers.filter(({ verdict }) => verdict === "granted")).toHaveLength(2);
    expect(answers.filter(({ verdict }) => verdict === "limited")).toHaveLength(4);
  });

  test("of a tag that has no row limits nothing", async ({ store }) => {
    const runId = await begin(store, limited);
    const a = claimOf((await taskOf(store, runId, "a")).id);
    const b = claimOf((await taskOf(store, runId, "b")).id);

    const { answers } = await claimTaskRuns(store, [a, b], lease, signal);

    expect(answers.map(({ verdict }) => verdict)).toEqual(["granted", "granted"]);
  });

  test("gives those who wait their turn in the order in which they became READY", async ({
    store,
  }) => {
    await store.db.insertInto("limits").values({ tag: "db", slots: 1 }).execute();
    const runId = await begin(store, limited);
    const a = claimOf((await taskOf(store, runId, "a")).id);
    const b = claimOf((await taskOf(store, runId, "b")).id);
    await claimTaskRuns(store, [a, b], lease, signal);
    const { ready_at } = await taskOf(store, runId, "b");
    await report(store, reportOf(a));
    await later(store, 5_000);

    await sweepAll(store);

    expect((await taskOf(store, runId, "b")).ready_at).toEqual(ready_at);
  });
});

describe("inputs that no message can hold", () => {
  test("fail the task run at once, with the way out, instead of crashing workers", async ({
    store,
  }) => {
    const large = "x".repeat(600_000);
    const runId = await begin(store, [
      call("a", { inputs: { x: { kind: "value", value: large } } }),
    ]);
    const request = claimOf((await taskOf(store, runId, "a")).id);

    expect(await claim(store, request)).toMatchObject({ verdict: "gone" });
    expect(await runOf(store, runId)).toMatchObject({
      state: "FAILED",
      error: { code: "db/inputs-too-large", call: "a" },
    });
  });
});
