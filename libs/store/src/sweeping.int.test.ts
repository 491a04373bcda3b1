import pg from "pg";
import { describe, expect } from "vitest";
import { beatAttempts } from "./beat-attempts.ts";
import { cancelRun } from "./cancel-run.ts";
import { deploy } from "./deploy.ts";
import { fireDueSchedules } from "./fire-schedules.ts";
import { reportAttempts } from "./report-attempts.ts";
import { setNow } from "./set-now.ts";
import { settledAttempts } from "./settled-attempts.ts";
import { sweep } from "./sweep.ts";
import { acceptFromEvent } from "./triggers.ts";
import {
  signal,
  call,
  manifest,
  test,
  token,
  claimOf,
  report,
  options,
  sweeping,
  begin,
  taskOf,
  stateOf,
  claim,
  later,
} from "./fixtures/protocol.ts";

describe("lapsed leases", () => {
  test("draw on the crash budget, also with retries: 0, then crash the run (R13)", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const { id } = await taskOf(store, runId, "a");
    const states: string[] = [];
    for (let turn = 1; turn <= 4; turn += 1) {
      await claim(store, claimOf(id));
      await later(store, turn * 60_000);
      await sweep(store, sweeping, signal);
      states.push((await taskOf(store, runId, "a")).state);
    }

    expect(states).toEqual(["READY", "READY", "READY", "CRASHED"]);
    expect(await stateOf(store, runId)).toBe("CRASHED");
  });

  test("are left alone while reaping is paused", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    await claim(store, claimOf((await taskOf(store, runId, "a")).id));
    await later(store, 60_000);

    const { reaped } = await sweep(store, { ...sweeping, reap: false }, signal);

    expect(reaped).toBe(0);
    expect((await taskOf(store, runId, "a")).state).toBe("RUNNING");
  });

  test("do not lapse while beats arrive; a stranger's beat is stale", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const { taskRunId, claimId } = claimOf((await taskOf(store, runId, "a")).id);
    await claim(store, claimOf(taskRunId, claimId));
    await later(store, 14_000);

    const [beat] = await beatAttempts(
      store,
      [
        {
          v: 1,
          worker: "w",
          attempts: [
            { taskRunId, claimId },
            { taskRunId, claimId: token() },
          ],
        },
      ],
      options,
      signal,
    );
    await later(store, 20_000);
    await sweep(store, sweeping, signal);

    expect(beat?.attempts.map((a) => a.verdict)).toEqual(["alive", "stale"]);
    expect((await taskOf(store, runId, "a")).state).toBe("RUNNING");
  });
});

describe("timeouts", () => {
  test("end an attempt without its worker", async ({ store }) => {
    const runId = await begin(store, [call("a", { timeoutMs: 1_000 })]);
    await claim(store, claimOf((await taskOf(store, runId, "a")).id));
    await later(store, 10_000);

    await sweep(store, { ...sweeping, reap: false }, signal);

    expect(await stateOf(store, runId)).toBe("TIMED_OUT");
  });
});

describe("cancelling", () => {
  test("tells the worker by its beat, and does without it after the grace (R12)", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a"), call("b", { needs: ["a"] })]);
    const { taskRunId, claimId } = claimOf((await taskOf(store, runId, "a")).id);
    await claim(store, claimOf(taskRunId, claimId));

    const cancelled = await cancelRun(store, { runId, graceMs: 5_000 }, signal);
    const [beat] = await beatAttempts(
      store,
      [{ v: 1, worker: "w", attempts: [{ taskRunId, claimId }] }],
      options,
      signal,
    );
    await later(store, 6_000);
    await sweep(store, sweeping, signal);

    expect(cancelled).toMatchObject({ kind: "cancelling", changes: { cancelled: [taskRunId] } });
    expect(beat?.attempts[0]?.verdict).toBe("cancel");
    expect(await stateOf(store, runId)).toBe("CANCELLED");
    expect((await taskOf(store, runId, "b")).state).toBe("CANCELLED");
  });

  test("ends a run that has not started at once", async ({ store }) => {
    const runId = await begin(store, [call("a")]);

    expect(await cancelRun(store, { runId, graceMs: 5_000 }, signal)).toMatchObject({
      kind: "cancelled",
      state: "CANCELLED",
    });
    expect(await cancelRun(store, { runId, graceMs: 5_000 }, signal)).toMatchObject({
      kind: "already-over",
    });
  });
});

describe("hints", () => {
  test("are given at once, then repeated with growing pauses until someone claims", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const { id } = await taskOf(store, runId, "a");
    const now = Date.now();
    const hinted: boolean[] = [];
    for (const seconds of [0, 1, 2.5, 4, 7]) {
      await setNow(store, new Date(now + seconds * 1_000), signal);
      hinted.push((await sweep(store, sweeping, signal)).changes.hints.length > 0);
    }
    await claim(store, claimOf(id));

    expect(hinted).toEqual([true, false, true, false, true]);
    expect((await sweep(store, sweeping, signal)).changes.hints).toEqual([]);
  });
});

describe("schedules", () => {
  const daily = {
    schedules: [
      { kind: "daily", slug: "six", at: "06:00", timeZone: "America/Sao_Paulo", catchUp: "latest" },
    ],
  };

  test("fire once, however many schedulers look (R2)", async ({ store }) => {
    await setNow(store, new Date("2026-03-01T00:00:00Z"), signal);
    await deploy(store, { manifest: manifest([call("a")], daily) }, signal);
    await setNow(store, new Date("2026-03-01T09:00:01Z"), signal);

    const fired = await Promise.all(
      Array.from({ length: 4 }, async () => await fireDueSchedules(store, { limit: 10 }, signal)),
    );

    expect(fired.reduce((a, b) => a + b, 0)).toBe(1);
    const runs = await store.db.selectFrom("runs").select("scheduled_for").execute();
    expect(runs.map((run) => run.scheduled_for?.toISOString())).toEqual([
      "2026-03-01T09:00:00.000Z",
    ]);
  });

  test("keep their cursor when the flow is deployed again", async ({ store }) => {
    await setNow(store, new Date("2026-03-01T00:00:00Z"), signal);
    await deploy(store, { manifest: manifest([call("a")], daily) }, signal);
    await setNow(store, new Date("2026-03-01T09:00:01Z"), signal);
    await fireDueSchedules(store, { limit: 10 }, signal);

    await deploy(store, { manifest: manifest([call("a")], daily) }, signal);
    expect(await fireDueSchedules(store, { limit: 10 }, signal)).toBe(0);
    await setNow(store, new Date("2026-03-02T09:00:01Z"), signal);

    expect(await fireDueSchedules(store, { limit: 10 }, signal)).toBe(1);
  });

  test.for([
    ["skip", 0],
    ["latest", 1],
    ["all", 3],
  ] as const)("catch up %s after three days away", async ([catchUp, count], { store }) => {
    await setNow(store, new Date("2026-03-01T00:00:00Z"), signal);
    await deploy(
      store,
      { manifest: manifest([call("a")], { schedules: [{ ...daily.schedules[0], catchUp }] }) },
      signal,
    );
    await setNow(store, new Date("2026-03-03T20:00:00Z"), signal);

    expect(await fireDueSchedules(store, { limit: 10 }, signal)).toBe(count);
  });
});

describe("events", () => {
  test("start one run per deployment, trigger and key", async ({ store }) => {
    const { deploymentId } = await deploy(store, { manifest: manifest([call("a")]) }, signal);
    const matches = [{ deploymentId, slug: "t", params: { n: 1 } }];

    const first = await acceptFromEvent(store, { matches, key: "source/1", event: {} }, signal);
    const second = await acceptFromEvent(store, { matches, key: "source/1", event: {} }, signal);

    expect([first.length, second.length]).toEqual([1, 0]);
  });
});

describe("settled attempts", () => {
  test("are told apart: accepted, superseded, pending, unknown", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b")]);
    const a = (await taskOf(store, runId, "a")).id;
    const b = (await taskOf(store, runId, "b")).id;
    await claim(store, claimOf(a));
    await later(store, 60_000);
    await sweep(store, sweeping, signal);
    const second = claimOf(a);
    await claim(store, second);
    await reportAttempts(store, [report(second)], signal);
    await claim(store, claimOf(b));

    const { attempts } = await settledAttempts(
      store,
      {
        v: 1,
        attempts: [
          { taskRunId: a, attempt: 1 },
          { taskRunId: a, attempt: 2 },
          { taskRunId: b, attempt: 1 },
          { taskRunId: b, attempt: 9 },
        ],
      },
      signal,
    );

    expect(attempts.map((x) => x.state)).toEqual(["superseded", "accepted", "pending", "unknown"]);
  });
});

describe("a lost connection", () => {
  test("is an error that a retry can help, and nothing is committed", async ({
    store,
    databaseUrl,
  }) => {
    const runId = await begin(store, [call("a")]);
    const request = claimOf((await taskOf(store, runId, "a")).id);
    const admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
    await admin.query("begin");
    await admin.query("select 1 from runs for update");

    const claimed = claim(store, request);
    const outcome = expect(claimed).rejects.toMatchObject({
      code: "db/unavailable",
      disposition: "retry",
    });
    while (
      (
        await admin.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test' and wait_event_type = 'Lock'",
        )
      ).rowCount === 0
    );
    await outcome;
    await admin.query("rollback");
    await admin.end();

    expect((await claim(store, request))?.verdict).toBe("granted");
    expect((await taskOf(store, runId, "a")).attempt).toBe(1);
  });
});
