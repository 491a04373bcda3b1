import {
  beatAnswerSchema,
  cloudEventSchema,
  decodeMessage,
  settledAnswerSchema,
  subjects,
} from "@weirflow/contracts";
import { cancelRun, countRefused, findArtifact, setNow } from "@weirflow/store";
import { eventually } from "@weirflow/testing";
import { describe, expect } from "vitest";
import * as z from "zod";
import {
  attemptsOf,
  begin,
  call,
  claim,
  claimOf,
  granted,
  nextHint,
  report,
  reportOf,
  runOf,
  schedulerTest as test,
  show,
  signal,
  startScheduler,
} from "./fixtures/scheduler-test.ts";

const within = { timeoutMs: 10_000, signal };
const verdict = z.object({ verdict: z.string() });

describe("a run", () => {
  test("goes from a wake over a hint, a claim and a report to its end", async ({
    scheduler,
    store,
    bus,
  }) => {
    const runId = await begin(store, bus);
    const { taskRunId } = await nextHint(bus);

    const request = claimOf(taskRunId);
    const grant = await granted(bus, request);
    const answer = await report(bus, reportOf(request));

    expect(grant).toMatchObject({ runId, attempt: 1, flow: "test", task: "only", leaseMs: 3_000 });
    expect(answer).toEqual({ verdict: "accepted", state: "COMPLETED" });
    expect(await runOf(store, runId)).toMatchObject({ state: "COMPLETED" });
    expect(scheduler.metrics.text()).toContain('weir_claims_total{verdict="granted"} 1');
    expect(scheduler.metrics.text()).toContain('weir_reports_total{verdict="accepted"} 1');
  });

  test("hints each successor when its predecessors have ended", async ({ store, bus }) => {
    const calls = [call("left"), call("right"), call("join", { needs: ["left", "right"] })];
    const runId = await begin(store, bus, { calls });

    for (let i = 0; i < 3; i += 1) {
      const request = claimOf((await nextHint(bus)).taskRunId);
      await granted(bus, request);
      await report(bus, reportOf(request));
    }

    expect(await runOf(store, runId)).toMatchObject({ state: "COMPLETED" });
  });

  test("is told about on EVENTS, from its first hint to its end", async ({ store, bus }) => {
    const states: unknown[] = [];
    await using _listener = bus.subscribe(subjects.event("run.changed"), (data, { subject }) => {
      const { data: changed } = decodeMessage(cloudEventSchema, data, subject);
      states.push(z.object({ state: z.string() }).parse(changed).state);
    });
    await bus.flush(signal);
    await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);
    await report(bus, reportOf(request));

    await eventually(() => expect(states).toEqual(["SCHEDULED", "RUNNING", "COMPLETED"]));
  });

  test("of a pool that nobody had before gets its consumer at once", async ({ store, bus }) => {
    await begin(store, bus, { calls: [call("only", { pool: "fpga" })] });

    const { taskRunId } = await eventually(async () => await nextHint(bus, "fpga"));

    expect(await granted(bus, claimOf(taskRunId, { pool: "fpga" }))).toMatchObject({ attempt: 1 });
  });
});

describe("a lost answer", () => {
  test("to a claim is asked for again, and grants the same attempt", async ({ store, bus }) => {
    const runId = await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    // Sent without waiting for the answer, as if that were lost.
    bus.publish(subjects.claim("cpu"), request);
    await eventually(async () => expect(await attemptsOf(store, runId)).toEqual(["RUNNING"]));

    const again = await granted(bus, request);

    expect(again.attempt).toBe(1);
    expect(await attemptsOf(store, runId)).toEqual(["RUNNING"]);
  });

  test("to a report is asked for again, and is accepted again", async ({ store, bus }) => {
    const runId = await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);
    bus.publish(subjects.report, reportOf(request));
    await eventually(async () =>
      expect(await runOf(store, runId)).toMatchObject({ state: "COMPLETED" }),
    );

    const answers = [await report(bus, reportOf(request)), await report(bus, reportOf(request))];

    expect(answers.map((answer) => answer.verdict)).toEqual(["accepted", "accepted"]);
    expect(await countRefused(store)).toBe(0);
  });
});

describe("an artifact of a running attempt", () => {
  test("is shown under its token, while it runs", async ({ scheduler, store, bus }) => {
    const runId = await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);

    const before = await show(bus, request, { sequence: 1, text: "epoch 1" });
    const foreign = await show(bus, claimOf(request.taskRunId), { sequence: 2, text: "no" });
    await report(bus, reportOf(request));
    const after = await show(bus, request, { sequence: 3, text: "epoch 3" });

    expect([before, foreign, after].map((answer) => answer.verdict)).toEqual([
      "shown",
      "stale",
      "stale",
    ]);
    const artifact = { runId, taskRunId: request.taskRunId, key: "chart" };
    const { body } = (await findArtifact(store, artifact, signal)) ?? {};
    expect(Buffer.from(body ?? []).toString()).toBe("epoch 1");
    expect(scheduler.metrics.text()).toContain('weir_shows_total{verdict="stale"} 2');
  });

  test("that is too large is refused, and nothing else with it", async ({ store, bus }) => {
    await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);

    const [large, small] = await Promise.all([
      show(bus, request, { sequence: 1, text: "x".repeat(70_000) }),
      show(bus, request, { sequence: 2, text: "x" }),
    ]);

    expect([large.verdict, small.verdict]).toEqual(["invalid", "shown"]);
  });
});

describe("claims", () => {
  test("of one task run by many workers over two schedulers are granted once", async ({
    databaseUrl,
    nats,
    store,
    bus,
  }) => {
    await using other = await startScheduler({ database: databaseUrl, nats: nats.url });
    await begin(store, bus);
    const { taskRunId } = await nextHint(bus);

    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => await claim(bus, claimOf(taskRunId))),
    );

    expect(answers.filter((answer) => answer.verdict === "granted")).toHaveLength(1);
    expect(answers.filter((answer) => answer.verdict === "gone")).toHaveLength(19);
    expect(other.isReady()).toBe(true);
  });

  test("that cannot be parsed are refused, and kept with the reason", async ({
    scheduler,
    store,
    bus,
  }) => {
    const answer = await bus.request(subjects.claim("cpu"), { v: 1, pool: 7 }, verdict, within);

    expect(answer.verdict).toBe("invalid");
    const letters = await eventually(async () => {
      const rows = await store.db.selectFrom("dead_letters").selectAll().execute();
      return rows.length > 0 && rows;
    });
    expect(letters).toEqual([
      expect.objectContaining({
        subject: "weir.rpc.claim.cpu",
        reason: expect.stringContaining("taskRunId"),
        payload: Buffer.from('{"v":1,"pool":7}').toString("base64"),
      }),
    ]);
    expect(scheduler.metrics.text()).toContain("weir_dead_letters_total 1");
  });

  test("that the database refuses are told so and kept; their neighbours are granted", async ({
    store,
    bus,
  }) => {
    await begin(store, bus);
    await begin(store, bus);
    const [good, bad] = [await nextHint(bus), await nextHint(bus)];

    // Postgres has no NUL in texts.
    const answers = await Promise.all([
      claim(bus, claimOf(good.taskRunId)),
      claim(bus, claimOf(bad.taskRunId, { worker: "a\0b" })),
    ]);

    expect(answers).toMatchObject([
      { verdict: "granted" },
      { verdict: "invalid", error: { code: "db/data-refused" } },
    ]);
    await eventually(async () => {
      const rows = await store.db.selectFrom("dead_letters").select("subject").execute();
      expect(rows).toEqual([{ subject: "weir.rpc.claim.cpu" }]);
    });
  });

  test("by a worker without the version are sent elsewhere", async ({ store, bus }) => {
    await begin(store, bus);
    const { taskRunId } = await nextHint(bus);

    expect(await claim(bus, claimOf(taskRunId, { serves: [] }))).toMatchObject({
      verdict: "elsewhere",
    });
  });
});

describe("reports", () => {
  test("of an attempt that was taken over are refused and counted", async ({
    scheduler,
    store,
    bus,
  }) => {
    const runId = await begin(store, bus);
    const { taskRunId } = await nextHint(bus);
    const late = claimOf(taskRunId);
    await granted(bus, late);
    // The worker falls silent; its lease lapses, and the task run is hinted again.
    await eventually(async () => expect(await attemptsOf(store, runId)).toEqual(["CRASHED"]), {
      timeoutMs: 30_000,
    });
    const winner = claimOf((await nextHint(bus)).taskRunId);
    expect(await granted(bus, winner)).toMatchObject({ attempt: 2 });

    const refused = await report(bus, reportOf(late));
    const accepted = await report(bus, reportOf(winner));

    expect([refused.verdict, accepted.verdict]).toEqual(["refused", "accepted"]);
    expect(await countRefused(store)).toBe(1);
    expect(await attemptsOf(store, runId)).toEqual(["CRASHED", "SUCCEEDED"]);
    expect(scheduler.metrics.text()).toContain('weir_reports_total{verdict="refused"} 1');
    expect(scheduler.metrics.text()).toContain("weir_leases_lapsed_total 1");
  });

  test("that ask for another attempt get one after the pause", async ({ store, bus }) => {
    const retries = { limit: 1, delaysMs: [200] };
    const runId = await begin(store, bus, { calls: [call("only", { retries })] });
    const first = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, first);
    await report(bus, reportOf(first, { outcome: "failed", outputs: {}, retryable: true }));

    const second = claimOf((await nextHint(bus)).taskRunId);

    expect(await granted(bus, second)).toMatchObject({ attempt: 2 });
    expect(await attemptsOf(store, runId)).toEqual(["FAILED", "RUNNING"]);
  });
});

describe("beats", () => {
  const beat = (taskRunId: string, claimId: string) => ({
    v: 1,
    worker: "w",
    attempts: [{ taskRunId, claimId }],
  });

  test("keep an attempt alive past its lease", async ({ scheduler, store, bus }) => {
    const runId = await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);
    const before = await leaseOf();

    const answer = await bus.request(
      subjects.beat,
      beat(request.taskRunId, request.claimId),
      beatAnswerSchema,
      within,
    );

    expect(answer.attempts.map((one) => one.verdict)).toEqual(["alive"]);
    expect((await leaseOf()) > before).toBe(true);
    expect(scheduler.metrics.text()).toContain('weir_beats_total{verdict="alive"} 1');

    async function leaseOf(): Promise<Date> {
      const row = await store.db
        .selectFrom("task_runs")
        .select("lease_until")
        .where("run_id", "=", runId)
        .executeTakeFirstOrThrow();
      return row.lease_until ?? new Date(0);
    }
  });

  test("tell of a cancellation whose message was lost", async ({ store, bus }) => {
    const runId = await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);
    await cancelRun(store, { runId, graceMs: 60_000 }, signal);

    const answer = await bus.request(
      subjects.beat,
      beat(request.taskRunId, request.claimId),
      beatAnswerSchema,
      within,
    );
    await report(bus, reportOf(request, { outcome: "cancelled", outputs: {} }));

    expect(answer.attempts.map((one) => one.verdict)).toEqual(["cancel"]);
    expect(await runOf(store, runId)).toMatchObject({ state: "CANCELLED" });
  });

  test("of an attempt that is over are stale", async ({ store, bus }) => {
    await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);
    await report(bus, reportOf(request));

    const answer = await bus.request(
      subjects.beat,
      beat(request.taskRunId, request.claimId),
      beatAnswerSchema,
      within,
    );

    expect(answer.attempts.map((one) => one.verdict)).toEqual(["stale"]);
  });
});

describe("other requests", () => {
  test("say which attempts were accepted", async ({ store, bus }) => {
    await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);
    const ask = async () =>
      await bus.request(
        subjects.settled,
        { v: 1, attempts: [{ taskRunId: request.taskRunId, attempt: 1 }] },
        settledAnswerSchema,
        within,
      );

    const before = await ask();
    await report(bus, reportOf(request));
    const after = await ask();

    expect([before.attempts[0]?.state, after.attempts[0]?.state]).toEqual(["pending", "accepted"]);
  });

  test("keep a dead letter that a worker sends", async ({ store, bus }) => {
    const letter = { v: 1, subject: "weir.work.cpu", reason: "no JSON", payload: "e30=" };

    const answer = await bus.request(subjects.deadLetter, letter, verdict, within);

    expect(answer.verdict).toBe("stored");
    const rows = await store.db.selectFrom("dead_letters").select("reason").execute();
    expect(rows).toEqual([{ reason: "no JSON" }]);
  });
});

describe("the clock of the database", () => {
  test("alone says what is due", async ({ store, bus }) => {
    const runId = await begin(store, bus, { calls: [call("only", { timeoutMs: 3_600_000 })] });
    await granted(bus, claimOf((await nextHint(bus)).taskRunId));

    await setNow(store, new Date(Date.now() + 7_200_000), signal);
    bus.publish(subjects.wake, {});

    await eventually(async () => expect(await attemptsOf(store, runId)).toEqual(["TIMED_OUT"]));
    expect(await runOf(store, runId)).toMatchObject({ state: "TIMED_OUT" });
  });
});
