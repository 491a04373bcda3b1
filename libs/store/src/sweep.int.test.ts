import type { LogFields, Logger } from "@weirflow/telemetry";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { later, sweepAll } from "./fixtures/clock.ts";
import { begin, call, manifestOf } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import { claimCall, report, reportOf, runOf, taskOf } from "./fixtures/workers.ts";
import { deploy } from "./deploy.ts";
import { setNow } from "./set-now.ts";
import { sweep } from "./sweep.ts";

describe("lapsed leases", () => {
  test("draw on the crash budget, also with retries: 0, then crash the run (R13)", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a"), call("b", { needs: ["a"] })]);
    const states: string[] = [];
    for (let turn = 1; turn <= 4; turn += 1) {
      await claimCall(store, runId, "a");
      await later(store, turn * 60_000);
      expect((await sweepAll(store)).reaped).toBe(1);
      states.push((await taskOf(store, runId, "a")).state);
    }

    expect(states).toEqual(["READY", "READY", "READY", "CRASHED"]);
    expect(await runOf(store, runId)).toMatchObject({
      state: "CRASHED",
      error: { code: "db/lease-lapsed", call: "a" },
    });
    expect((await taskOf(store, runId, "b")).state).toBe("SKIPPED");
  });

  test("are reaped once by two schedulers that sweep at once", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    await claimCall(store, runId, "a");
    await later(store, 60_000);

    const rounds = await Promise.all([sweepAll(store), sweepAll(store), sweepAll(store)]);

    expect(rounds.reduce((sum, { reaped }) => sum + reaped, 0)).toBe(1);
    expect((await taskOf(store, runId, "a")).crashes_used).toBe(1);
  });

  test("are left alone while reaping rests", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    await claimCall(store, runId, "a");
    await later(store, 60_000);

    expect((await sweepAll(store, { reap: false })).reaped).toBe(0);
    expect((await taskOf(store, runId, "a")).state).toBe("RUNNING");
  });

  test("are left alone by a round that comes too late after the one before (R7)", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    await claimCall(store, runId, "a");
    const { now: at } = await sweepAll(store);
    await later(store, 60_000);

    const late = await sweepAll(store, { previous: { at, maxGapMs: 5_000 } });
    expect([late.isLate, late.reaped]).toEqual([true, 0]);
    const next = await sweepAll(store, { previous: { at: late.now, maxGapMs: 5_000 } });
    expect([next.isLate, next.reaped]).toEqual([false, 1]);
  });
});

describe("timeouts", () => {
  test("end an attempt without its worker, also while reaping rests", async ({ store }) => {
    const runId = await begin(store, [call("a", { timeoutMs: 1_000 })]);
    await claimCall(store, runId, "a");
    await later(store, 10_000);

    await sweepAll(store, { reap: false });

    expect(await runOf(store, runId)).toMatchObject({
      state: "TIMED_OUT",
      error: { code: "db/timeout-passed" },
    });
  });

  test("leave the worker a grace to say so itself", async ({ store }) => {
    const runId = await begin(store, [call("a", { timeoutMs: 1_000 })]);
    await claimCall(store, runId, "a");
    await later(store, 4_000);

    await sweepAll(store);

    expect((await taskOf(store, runId, "a")).state).toBe("RUNNING");
  });

  test("draw on the retries", async ({ store }) => {
    const runId = await begin(store, [
      call("a", { timeoutMs: 1_000, retries: { limit: 1, delaysMs: [0] } }),
    ]);
    await claimCall(store, runId, "a");
    await later(store, 10_000);
    await sweepAll(store);
    await sweepAll(store);

    expect(await taskOf(store, runId, "a")).toMatchObject({ state: "READY", retries_used: 1 });
  });
});

describe("a sweep", () => {
  test("says when the next thing falls due", async ({ store }) => {
    const now = new Date("2099-01-01T00:00:00Z");
    await setNow(store, now, signal);
    const runId = await begin(store, [
      call("a", { retries: { limit: 1, delaysMs: [7_000] } }),
      call("b"),
    ]);
    expect((await sweepAll(store)).nextDueAt).toBeNull();

    const request = await claimCall(store, runId, "a");
    expect((await sweepAll(store)).nextDueAt).toEqual(new Date("2099-01-01T00:00:15Z"));

    await report(store, reportOf(request, { outcome: "failed", retryable: true }));
    expect((await sweepAll(store)).nextDueAt).toEqual(new Date("2099-01-01T00:00:07Z"));
  });

  test("does not wait for the schedules of a paused deployment", async ({ store }) => {
    const schedules = [{ kind: "every", slug: "s", everyMs: 60_000 }];
    const manifest = manifestOf([call("a")], { schedules });
    await deploy(store, { manifest }, signal);
    expect((await sweepAll(store)).nextDueAt).not.toBeNull();

    await deploy(store, { manifest, paused: true }, signal);

    expect((await sweepAll(store)).nextDueAt).toBeNull();
  });

  test("says that there is more when its limit is hit", async ({ store }) => {
    for (let n = 0; n < 3; n += 1) await claimCall(store, await begin(store, [call("a")]), "a");
    await later(store, 60_000);

    const first = await sweep(store, { limit: 2, reap: true }, signal);
    const second = await sweep(store, { limit: 2, reap: true }, signal);

    expect([first.reaped, first.isMore]).toEqual([2, true]);
    expect([second.reaped, second.isMore]).toEqual([1, false]);
  });

  test("advances a run that nobody advanced", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b", { needs: ["a"] })]);
    // As if the transaction that ended it had not advanced its run.
    await sql`update task_runs set state = 'COMPLETED', ended_at = now() where call = 'a'`.execute(
      store.db,
    );

    const { changes } = await sweepAll(store);

    const { id } = await taskOf(store, runId, "b");
    expect(changes.hints.map(({ taskRunId }) => taskRunId)).toEqual([id]);
  });

  test("sweeps the others when one run cannot be swept, and says which (R8)", async ({ store }) => {
    const good = await begin(store, [call("a")]);
    const bad = await begin(store, [call("a")]);
    for (const runId of [good, bad]) await claimCall(store, runId, "a");
    await sql`create function refuse() returns trigger language plpgsql as
      $$ begin raise check_violation using message = 'no'; end $$`.execute(store.db);
    await sql`create trigger refuse before update on runs for each row
      when (old.id = ${sql.lit(bad)}::uuid) execute function refuse()`.execute(store.db);
    await later(store, 60_000);
    const errors: [string, LogFields | undefined][] = [];
    const noted: Logger = {
      ...store.logger,
      error: (event: string, fields?: LogFields) => void errors.push([event, fields]),
    };

    const { reaped } = await sweepAll({ ...store, logger: noted });

    expect(reaped).toBe(1);
    expect((await taskOf(store, good, "a")).state).toBe("READY");
    expect((await taskOf(store, bad, "a")).state).toBe("RUNNING");
    expect(errors).toEqual([["store.run-not-swept", expect.objectContaining({ runId: bad })]]);
  });

  test("tells of everything that it changed", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    await sweepAll(store);
    const a = await claimCall(store, runId, "a");
    await later(store, 60_000);

    const { changes } = await sweepAll(store);

    expect(changes).toEqual({
      hints: [{ taskRunId: a.taskRunId, pool: "cpu", runId }],
      runs: [expect.objectContaining({ runId, state: "RUNNING", version: 2 })],
      settled: [{ runId, taskRunId: a.taskRunId, attempt: 1, accepted: false, state: "READY" }],
      cancelled: [],
    });
  });
});
