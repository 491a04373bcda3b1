import { parseClaimId, parseTaskRunId } from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { serverTest } from "@weirflow/testing";
import { describe, expect } from "vitest";
import { beatAttempts } from "./beat-attempts.ts";
import { claimTaskRuns } from "./claim-task-runs.ts";
import { deploy } from "./deploy.ts";
import { findDueRuns, readNextDue } from "./due-runs.ts";
import { fireDueSchedules } from "./fire-schedules.ts";
import { fillWithHistory, scansOf } from "./fixtures/explain.ts";
import { call, manifestOf } from "./fixtures/flows.ts";
import { signal } from "./fixtures/store-test.ts";
import { claimOf, lease, reportOf } from "./fixtures/workers.ts";
import { migrate } from "./migrate.ts";
import { openStore, type Store } from "./open-store.ts";
import { reportAttempts } from "./report-attempts.ts";
import { setNow } from "./set-now.ts";
import { settledAttempts } from "./settled-attempts.ts";
import { showArtifacts } from "./show-artifacts.ts";
import { rehintAll, staleHints } from "./stale-hints.ts";

const test = serverTest.extend("busy", { scope: "file" }, async ({ postgres }, { onCleanup }) => {
  const url = await postgres.freshDatabase();
  const store = openStore({ url, applicationName: "plans", logger: silentLogger });
  onCleanup(async () => await store[Symbol.asyncDispose]());
  await migrate(store, signal);
  const six = { kind: "daily", slug: "six", at: "06:00", overlap: "skip" };
  const calls = ["c1", "c2", "c3", "c4", "c5", "c6"].map((id) => call(id));
  const manifest = manifestOf(calls, { schedules: [six] });
  await setNow(store, new Date("2026-03-01T00:00:00Z"), signal);
  const { deploymentId } = await deploy(store, { manifest }, signal);
  await setNow(store, null, signal);
  await fillWithHistory(store, deploymentId);
  const [ready] = await taskRunsIn(store, "READY");
  const [running] = await taskRunsIn(store, "RUNNING");
  const taskRunId = parseTaskRunId(running?.id ?? "");
  const held = { taskRunId, claimId: parseClaimId(running?.claim_id ?? "") };
  return { store, ready: { id: parseTaskRunId(ready?.id ?? ""), pool: ready?.pool ?? "" }, held };
});

async function taskRunsIn(store: Store, state: string) {
  const query = store.db.selectFrom("task_runs").select(["id", "pool", "claim_id"]);
  return await query.where("state", "=", state).limit(1).execute();
}

/** Tables that grow with every run. */
const GROWING = new Set(["runs", "task_runs", "attempts", "artifacts", "state_log"]);

async function wholeTables(...args: Parameters<typeof scansOf>): Promise<readonly string[]> {
  const scans = await scansOf(...args);
  // The plan is worth nothing if it is of nothing.
  expect(scans.length).toBeGreaterThan(0);
  return scans
    .filter(({ table, index }) => index === undefined && GROWING.has(table))
    .map((s) => s.table);
}

describe("in a database with much history, no whole table is read by", () => {
  test("the sweep's search for what is due", async ({ busy: { store } }) => {
    const find = async (on: typeof store) => await findDueRuns(on, { limit: 200, reap: true });

    const scans = await scansOf(store, find);

    expect(await wholeTables(store, find)).toEqual([]);
    expect(scans.map(({ index }) => index)).toEqual(
      expect.arrayContaining([
        "task_runs_leased",
        "task_runs_overdue",
        "task_runs_retrying",
        "task_runs_unserved",
        "runs_open",
      ]),
    );
  });

  test("the question when the next thing falls due", async ({ busy: { store } }) => {
    expect(await wholeTables(store, async (on) => await readNextDue(on))).toEqual([]);
  });

  test("hints, which step through the pools", async ({ busy: { store } }) => {
    const hint = async (on: typeof store) => await staleHints(on, 200);

    expect(await wholeTables(store, hint)).toEqual([]);
    expect((await scansOf(store, hint)).map(({ index }) => index)).toContain("task_runs_ready");
  });

  test("hints after a wipe", async ({ busy: { store } }) => {
    expect(await wholeTables(store, async (on) => await rehintAll(on, ["cpu"], signal))).toEqual(
      [],
    );
  });

  test("a beat", async ({ busy: { store, held } }) => {
    const request = { v: 1 as const, worker: "w", attempts: [held] };

    expect(
      await wholeTables(store, async (on) => await beatAttempts(on, [request], lease, signal)),
    ).toEqual([]);
  });

  test("an artifact that is shown", async ({ busy: { store, held } }) => {
    const body = Buffer.from("<svg/>").toString("base64");
    const artifact = { key: "c", kind: "chart" as const, mediaType: "image/svg+xml", body };
    const request = { v: 1 as const, ...held, artifact: { ...artifact, sequence: 1 } };

    expect(
      await wholeTables(store, async (on) => {
        expect(await showArtifacts(on, [request], signal)).toEqual([{ verdict: "shown" }]);
      }),
    ).toEqual([]);
  });

  test("a claim, and a report", async ({ busy: { store, ready, held } }) => {
    const claiming = claimOf(ready.id, { pool: ready.pool });

    expect(
      await wholeTables(store, async (on) => {
        const { answers } = await claimTaskRuns(on, [claiming], lease, signal);
        expect(answers).toMatchObject([{ verdict: "granted" }]);
      }),
    ).toEqual([]);
    expect(
      await wholeTables(store, async (on) => {
        const { answers } = await reportAttempts(on, [reportOf({ ...claiming, ...held })], signal);
        expect(answers).toMatchObject([{ verdict: "accepted" }]);
      }),
    ).toEqual([]);
  });

  test("the question which attempts are settled", async ({ busy: { store, held } }) => {
    const request = { v: 1 as const, attempts: [{ taskRunId: held.taskRunId, attempt: 1 }] };

    expect(
      await wholeTables(store, async (on) => await settledAttempts(on, request, signal)),
    ).toEqual([]);
  });

  test("a schedule that asks for its earlier runs", async ({ busy: { store } }) => {
    const fire = async (on: typeof store) => await fireDueSchedules(on, { limit: 2 }, signal);

    const scans = await scansOf(store, fire);

    expect(scans.map(({ index }) => index)).toContain("runs_open_scheduled");
  });
});
