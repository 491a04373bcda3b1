import { randomBytes } from "node:crypto";
import {
  type ClaimAnswer,
  type ClaimRequest,
  type FlowManifest,
  flowManifestSchema,
  type JsonObject,
  parseClaimId,
  parseFlowVersion,
  parseTaskRunId,
  type ReportRequest,
  type RunId,
  type TaskRunId,
} from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { serverTest } from "@weirflow/testing";
import pg from "pg";
import { describe, expect } from "vitest";
import { acceptRun } from "./accept-run.ts";
import { beatAttempts } from "./beat-attempts.ts";
import { cancelRun } from "./cancel-run.ts";
import { claimTaskRuns } from "./claim-task-runs.ts";
import { deploy } from "./deploy.ts";
import { fireDueSchedules } from "./fire-schedules.ts";
import { migrate } from "./migrate.ts";
import { openStore, type Store } from "./open-store.ts";
import { countRefused, reportAttempts } from "./report-attempts.ts";
import { saveConfig } from "./save-config.ts";
import { setNow } from "./set-now.ts";
import { settledAttempts } from "./settled-attempts.ts";
import { sweep } from "./sweep.ts";
import { acceptFromEvent } from "./triggers.ts";

const { signal } = new AbortController();
const version = parseFlowVersion("a".repeat(64));
const graph = { nodes: [], edges: [] };
const call = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  task: id,
  pool: "cpu",
  inputs: {},
  outputs: ["value"],
  needs: [],
  graph,
  ...more,
});
const output = (of: string): JsonObject => ({ kind: "output", call: of, output: "value" });
const manifest = (calls: readonly JsonObject[], more: JsonObject = {}): FlowManifest =>
  flowManifestSchema.parse({
    flow: "test",
    version,
    paramsSchema: {},
    configs: {},
    calls,
    results: {},
    schedules: [],
    triggers: [],
    ...more,
  });

const test = serverTest.extend("store", async ({ databaseUrl }, { onCleanup }) => {
  const store = openStore({ url: databaseUrl, applicationName: "test", logger: silentLogger });
  onCleanup(async () => await store[Symbol.asyncDispose]());
  await migrate(store, signal);
  return store;
});

const token = () => parseClaimId(randomBytes(16).toString("hex"));
const claimOf = (taskRunId: TaskRunId, claimId = token()): ClaimRequest => ({
  v: 1,
  taskRunId,
  claimId,
  pool: "cpu",
  worker: "w",
  serves: [version],
});
const value = (text: string): ReportRequest["outputs"][string] => ({
  kind: "inline",
  valueHash: "b".repeat(64),
  codec: "devalue",
  sizeBytes: text.length,
  encoding: "utf8",
  data: text,
});
const report = (claim: ClaimRequest, more: Partial<ReportRequest> = {}): ReportRequest => ({
  v: 1,
  taskRunId: claim.taskRunId,
  claimId: claim.claimId,
  outcome: "succeeded",
  outputs: { value: value("1") },
  artifacts: [],
  retryable: false,
  nodeCount: 1,
  ...more,
});
const options = { leaseMs: 15_000 };
const sweeping = { limit: 100, reap: true };

async function begin(
  store: Store,
  calls: readonly JsonObject[],
  more: JsonObject = {},
): Promise<RunId> {
  const { deploymentId } = await deploy(store, { manifest: manifest(calls, more) }, signal);
  const origin = { kind: "manual" as const, key: token() };
  return (await acceptRun(store, { deploymentId, params: {}, origin }, signal)).runId;
}
async function taskOf(store: Store, runId: RunId, name: string) {
  const row = await store.db
    .selectFrom("task_runs")
    .selectAll()
    .where("run_id", "=", runId)
    .where("call", "=", name)
    .executeTakeFirstOrThrow();
  return { ...row, id: parseTaskRunId(row.id) };
}
async function stateOf(store: Store, runId: RunId): Promise<string> {
  return (
    await store.db
      .selectFrom("runs")
      .select("state")
      .where("id", "=", runId)
      .executeTakeFirstOrThrow()
  ).state;
}
async function claim(store: Store, request: ClaimRequest): Promise<ClaimAnswer | undefined> {
  return (await claimTaskRuns(store, [request], options, signal)).answers[0];
}
async function later(store: Store, ms: number): Promise<void> {
  await setNow(store, new Date(Date.now() + ms), signal);
}

describe("accepting a run", () => {
  test("gives the same run for the same key", async ({ store }) => {
    const { deploymentId } = await deploy(store, { manifest: manifest([call("a")]) }, signal);
    const request = { deploymentId, params: {}, origin: { kind: "manual" as const, key: "k" } };

    const [first, second] = await Promise.all([
      acceptRun(store, request, signal),
      acceptRun(store, request, signal),
    ]);

    expect(first.runId).toBe(second.runId);
    expect([first.created, second.created].toSorted()).toEqual([false, true]);
  });

  test("pins the config versions, and says which one is missing", async ({ store }) => {
    const configs = { training: { name: "training", schema: {} } };
    const calls = [
      call("a", { inputs: { rate: { kind: "config", config: "training", path: ["rate"] } } }),
    ];
    const { deploymentId } = await deploy(
      store,
      { manifest: manifest(calls, { configs }) },
      signal,
    );
    const request = { deploymentId, params: {}, origin: { kind: "manual" as const, key: "k" } };

    await expect(acceptRun(store, request, signal)).rejects.toMatchObject({
      code: "db/config-missing",
    });
    await saveConfig(store, { name: "training", body: { rate: 1 } }, signal);
    const { runId } = await acceptRun(store, request, signal);
    await saveConfig(store, { name: "training", body: { rate: 2 } }, signal);

    const answer = await claim(store, claimOf((await taskOf(store, runId, "a")).id));
    expect(answer).toMatchObject({
      verdict: "granted",
      inputs: { rate: { kind: "json", value: 1 } },
    });
  });
});

describe("claims", () => {
  test("are granted to one of two racing workers", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const { id } = await taskOf(store, runId, "a");

    const answers = await Promise.all([claim(store, claimOf(id)), claim(store, claimOf(id))]);

    expect(answers.map((a) => a?.verdict).toSorted()).toEqual(["gone", "granted"]);
  });

  test("are granted to one of two in the same batch", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const { id } = await taskOf(store, runId, "a");

    const { answers } = await claimTaskRuns(store, [claimOf(id), claimOf(id)], options, signal);

    expect(answers.map((a) => a.verdict)).toEqual(["granted", "gone"]);
  });

  test("are answered the same when repeated, without another attempt", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = claimOf((await taskOf(store, runId, "a")).id);

    const first = await claim(store, request);
    const second = await claim(store, request);

    expect(second).toEqual(first);
    expect((await taskOf(store, runId, "a")).attempt).toBe(1);
  });

  test("of a worker without the version go elsewhere, and after a minute the run says so", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const request = { ...claimOf((await taskOf(store, runId, "a")).id), serves: [] };

    expect((await claim(store, request))?.verdict).toBe("elsewhere");
    await later(store, 61_000);
    await sweep(store, sweeping, signal);

    expect(await stateOf(store, runId)).toBe("AWAITING_VERSION");
  });

  test("respect a limit; a freed slot readies the next", async ({ store }) => {
    await store.db.insertInto("limits").values({ tag: "db", slots: 1 }).execute();
    const runId = await begin(store, [
      call("a", { concurrency: ["db"] }),
      call("b", { concurrency: ["db"] }),
    ]);
    const a = claimOf((await taskOf(store, runId, "a")).id);
    const b = claimOf((await taskOf(store, runId, "b")).id);

    const { answers } = await claimTaskRuns(store, [a, b], options, signal);
    expect(answers.map((x) => x.verdict)).toEqual(["granted", "limited"]);
    await reportAttempts(store, [report(a)], signal);
    const { changes } = await sweep(store, sweeping, signal);

    expect(changes.hints.map((h) => h.taskRunId)).toEqual([b.taskRunId]);
  });
});

describe("reports", () => {
  test("are answered the same when repeated; a zombie's is refused and counted (R3)", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const { id } = await taskOf(store, runId, "a");
    const zombie = claimOf(id);
    await claim(store, zombie);
    await later(store, 20_000);
    await sweep(store, sweeping, signal);
    const heir = claimOf(id);
    await claim(store, heir);

    const first = await reportAttempts(store, [report(zombie)], signal);
    const second = await reportAttempts(store, [report(heir)], signal);
    const third = await reportAttempts(store, [report(heir)], signal);

    expect(first.answers[0]?.verdict).toBe("refused");
    expect(second.answers[0]).toEqual({ verdict: "accepted", state: "COMPLETED" });
    expect(third.answers).toEqual(second.answers);
    expect(await countRefused(store)).toBe(1);
    expect(await stateOf(store, runId)).toBe("COMPLETED");
  });

  test("after the lease but before the reaping are accepted", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = claimOf((await taskOf(store, runId, "a")).id);
    await claim(store, request);
    await later(store, 60_000);

    const { answers } = await reportAttempts(store, [report(request)], signal);

    expect(answers[0]?.verdict).toBe("accepted");
  });

  const diamond = [
    call("top"),
    call("a", { needs: ["top"], inputs: { x: output("top") } }),
    call("b", { needs: ["top"], inputs: { x: output("top") } }),
    call("join", { needs: ["a", "b"], inputs: { a: output("a"), b: output("b") } }),
  ];
  async function halfWay(
    store: Store,
  ): Promise<{ runId: RunId; a: ClaimRequest; b: ClaimRequest }> {
    const runId = await begin(store, diamond);
    const top = claimOf((await taskOf(store, runId, "top")).id);
    await claim(store, top);
    await reportAttempts(store, [report(top)], signal);
    const a = claimOf((await taskOf(store, runId, "a")).id);
    const b = claimOf((await taskOf(store, runId, "b")).id);
    await claimTaskRuns(store, [a, b], options, signal);
    return { runId, a, b };
  }

  test("of two last predecessors in one batch ready the successor once", async ({ store }) => {
    const { runId, a, b } = await halfWay(store);

    const { changes } = await reportAttempts(store, [report(a), report(b)], signal);

    const join = await taskOf(store, runId, "join");
    expect(join.state).toBe("READY");
    expect(changes.hints.map((h) => h.taskRunId)).toEqual([join.id]);
  });

  test("of two last predecessors in two batches at once ready the successor once", async ({
    store,
  }) => {
    for (let round = 0; round < 10; round += 1) {
      const { runId, a, b } = await halfWay(store);

      const both = await Promise.all([
        reportAttempts(store, [report(a)], signal),
        reportAttempts(store, [report(b)], signal),
      ]);

      const join = await taskOf(store, runId, "join");
      expect(both.flatMap((x) => x.changes.hints.map((h) => h.taskRunId))).toEqual([join.id]);
      expect(await claim(store, claimOf(join.id))).toMatchObject({
        verdict: "granted",
        inputs: { a: { kind: "value", from: { attempt: 1, output: "value" } } },
      });
    }
  });

  test("that failed are tried again after the pause, then fail the run with the error", async ({
    store,
  }) => {
    const runId = await begin(store, [
      call("a", { retries: { limit: 1, delaysMs: [5_000] } }),
      call("z", { needs: ["a"] }),
    ]);
    const { id } = await taskOf(store, runId, "a");
    const error = { code: "user/bad", message: "no", node: "n", stack: "at n" };
    const first = claimOf(id);
    await claim(store, first);

    await reportAttempts(
      store,
      [report(first, { outcome: "failed", error, retryable: true })],
      signal,
    );
    expect((await taskOf(store, runId, "a")).state).toBe("RETRYING");
    await later(store, 6_000);
    await sweep(store, sweeping, signal);
    const second = claimOf(id);
    await claim(store, second);
    await reportAttempts(
      store,
      [report(second, { outcome: "failed", error, retryable: true })],
      signal,
    );

    const run = await store.db
      .selectFrom("runs")
      .select(["state", "error"])
      .where("id", "=", runId)
      .executeTakeFirstOrThrow();
    expect(run).toMatchObject({
      state: "FAILED",
      error: { code: "user/bad", node: "n", call: "a" },
    });
    expect((await taskOf(store, runId, "z")).state).toBe("SKIPPED");
  });

  test("that released an attempt cost nothing", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = claimOf((await taskOf(store, runId, "a")).id);
    await claim(store, request);

    await reportAttempts(store, [report(request, { outcome: "released" })], signal);

    expect(await taskOf(store, runId, "a")).toMatchObject({
      state: "READY",
      crashes_used: 0,
      retries_used: 0,
    });
  });
});

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
