import type { RunId } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { later, sweepAll } from "./fixtures/clock.ts";
import { begin, call } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import { claim, claimCall, claimOf, report, reportOf, runOf, taskOf } from "./fixtures/workers.ts";
import { setNow } from "./set-now.ts";
import { rehintAll } from "./stale-hints.ts";

describe("hints", () => {
  test("are given at once, then repeated with growing pauses until someone claims", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const hinted: number[] = [];
    for (let second = 0; second <= 200; second += 1) {
      await setNow(store, new Date(4_070_908_800_000 + second * 1_000), signal);
      if ((await sweepAll(store)).changes.hints.length > 0) hinted.push(second);
    }
    await claim(store, claimOf((await taskOf(store, runId, "a")).id));

    expect(hinted).toEqual([0, 2, 6, 14, 30, 62, 122, 182]);
    await setNow(store, new Date(4_070_908_800_000 + 900_000), signal);
    expect((await sweepAll(store, { reap: false })).changes.hints).toEqual([]);
  });

  test("tell of a run that nobody was told of yet, once", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b")]);

    const first = await sweepAll(store);
    await later(store, 10_000);
    const second = await sweepAll(store);

    expect(first.changes.runs).toMatchObject([{ runId, state: "SCHEDULED", version: 0 }]);
    expect(second.changes.hints).toHaveLength(2);
    expect(second.changes.runs).toEqual([]);
  });

  test("are for the oldest of each pool alone; the others follow as those are claimed", async ({
    store,
  }) => {
    const runs: RunId[] = [];
    for (let n = 0; n < 4; n += 1) {
      await setNow(store, new Date(4_070_908_800_000 + n), signal);
      runs.push(await begin(store, [call("a"), call("g", { pool: "gpu" })]));
    }
    const idsOf = async (name: string) =>
      await Promise.all(runs.map(async (runId) => (await taskOf(store, runId, name)).id));
    const [cpu, gpu] = [await idsOf("a"), await idsOf("g")];

    const first = await sweepAll(store, { hintWindow: 2 });
    await claim(store, claimOf(cpu[0] ?? expect.fail("no task run")));
    const second = await sweepAll(store, { hintWindow: 2 });

    const hinted = (swept: typeof first) => swept.changes.hints.map((h) => h.taskRunId).toSorted();
    expect(hinted(first)).toEqual([...cpu.slice(0, 2), ...gpu.slice(0, 2)].toSorted());
    expect(hinted(second)).toEqual([cpu[2]]);
    expect(first.nextDueAt).toEqual(new Date(first.now.getTime() + 250));
  });

  test("are given once by two schedulers", async ({ store }) => {
    await begin(store, [call("a")]);

    const rounds = await Promise.all([sweepAll(store), sweepAll(store), sweepAll(store)]);

    expect(rounds.flatMap(({ changes }) => changes.hints)).toHaveLength(1);
  });

  test("that nobody of the pool heeds for a minute make the run say so", async ({ store }) => {
    const runId = await begin(store, [call("a", { pool: "gpu" })]);
    for (let second = 0; second <= 70; second += 2) {
      await setNow(store, new Date(4_070_908_800_000 + second * 1_000), signal);
      await sweepAll(store);
    }

    expect(await runOf(store, runId)).toMatchObject({
      state: "AWAITING_VERSION",
      reason: 'no worker of the pool "gpu" has asked for it; is one running?',
    });
    await claim(store, claimOf((await taskOf(store, runId, "a")).id, { pool: "gpu" }));
    expect(await runOf(store, runId)).toMatchObject({ state: "RUNNING", reason: null });
  });

  test("that wait for a busy pool do not", async ({ store }) => {
    const busy = await begin(store, [call("a")]);
    await setNow(store, new Date(4_070_908_800_000), signal);
    await claimCall(store, busy, "a");
    const runId = await begin(store, [call("a")]);
    for (let second = 0; second <= 70; second += 2) {
      await setNow(store, new Date(4_070_908_800_000 + second * 1_000), signal);
      await sweepAll(store, { reap: false });
    }

    expect((await runOf(store, runId)).state).toBe("SCHEDULED");
  });
});

describe("rehintAll", () => {
  test("hints every READY task run of the pools again, at once (R6)", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b"), call("g", { pool: "gpu" })]);
    await report(store, reportOf(await claimCall(store, runId, "b")));
    await sweepAll(store);
    expect((await sweepAll(store)).changes.hints).toEqual([]);

    const hints = await rehintAll(store, ["cpu"], signal);

    expect(hints).toEqual([
      { taskRunId: (await taskOf(store, runId, "a")).id, pool: "cpu", runId },
    ]);
  });
});
