import { parseDeploymentId } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { acceptRun } from "./accept-run.ts";
import { deploy } from "./deploy.ts";
import { sweepAll } from "./fixtures/clock.ts";
import { begin, call, diamond, manifestOf, outputOf } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import { claim, claimCall, claimOf, report, reportOf, runOf, taskOf } from "./fixtures/workers.ts";
import type { Store } from "./open-store.ts";
import { saveConfig } from "./save-config.ts";

const origin = { kind: "manual" as const, key: "k" };

async function deployed(store: Store, ...args: Parameters<typeof manifestOf>) {
  return (await deploy(store, { manifest: manifestOf(...args) }, signal)).deploymentId;
}

describe("acceptRun", () => {
  test("makes the first task runs READY and hints them", async ({ store }) => {
    const deploymentId = await deployed(store, diamond);

    const { runId, created, hints } = await acceptRun(
      store,
      { deploymentId, params: {}, origin },
      signal,
    );

    const top = await taskOf(store, runId, "top");
    expect(created).toBe(true);
    expect(hints).toEqual([{ taskRunId: top.id, pool: "cpu", runId }]);
    expect([top.state, (await taskOf(store, runId, "join")).state]).toEqual(["READY", "PENDING"]);
    expect(await runOf(store, runId)).toMatchObject({ state: "SCHEDULED", origin_key: "k" });
  });

  test("gives the same run for the same key, to racing callers too", async ({ store }) => {
    const deploymentId = await deployed(store, [call("a")]);
    const request = { deploymentId, params: {}, origin };

    const accepted = await Promise.all(
      Array.from({ length: 4 }, async () => await acceptRun(store, request, signal)),
    );

    expect(new Set(accepted.map(({ runId }) => runId)).size).toBe(1);
    expect(accepted.filter(({ created }) => created)).toHaveLength(1);
    expect(await store.db.selectFrom("task_runs").select("id").execute()).toHaveLength(1);
  });

  test("keeps keys of schedules, events and people apart", async ({ store }) => {
    const deploymentId = await deployed(store, [call("a")]);
    const ids = [];
    for (const kind of ["manual", "schedule", "event"] as const) {
      const request = { deploymentId, params: {}, origin: { kind, key: "k" } };
      ids.push((await acceptRun(store, request, signal)).runId);
    }

    expect(new Set(ids).size).toBe(3);
  });

  test("keeps the parameters and the trace, and spreads runs over partitions", async ({
    store,
  }) => {
    const deploymentId = await deployed(store, [call("a")]);
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const partitions = new Set<number>();
    for (let n = 0; n < 20; n += 1) {
      const request = { deploymentId, params: { n }, origin: { ...origin, key: `${n}` } };
      const { runId } = await acceptRun(store, { ...request, traceparent }, signal);
      const run = await runOf(store, runId);
      expect(run).toMatchObject({ params: { n }, traceparent });
      expect((await taskOf(store, runId, "a")).vp).toBe(run.vp);
      partitions.add(run.vp);
    }

    expect(partitions.size).toBeGreaterThan(10);
    expect(Math.max(...partitions)).toBeLessThan(1_024);
  });

  test("pins the config versions of its moment, and says which one is missing", async ({
    store,
  }) => {
    const configs = { training: { name: "training", schema: {} } };
    const rate = { kind: "config", config: "training", path: ["rate"] };
    const deploymentId = await deployed(store, [call("a", { inputs: { rate } })], { configs });
    const request = { deploymentId, params: {}, origin };

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
      configs: { training: { name: "training", version: 1 } },
    });
  });

  test("refuses a deployment that does not exist", async ({ store }) => {
    const deploymentId = parseDeploymentId("00000000-0000-7000-8000-000000000000");

    await expect(acceptRun(store, { deploymentId, params: {}, origin }, signal)).rejects.toThrow(
      `there is no deployment "${deploymentId}"`,
    );
  });

  test("refuses what no text of Postgres can hold, as an error of ours", async ({ store }) => {
    const deploymentId = await deployed(store, [call("a")]);
    const params = { name: "a\0b" };

    await expect(acceptRun(store, { deploymentId, params, origin }, signal)).rejects.toMatchObject({
      code: "db/data-refused",
      disposition: "fail",
    });
  });
});

describe("a run from its acceptance to its end", () => {
  test("logs every state, and bumps its revision with each change", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    await report(store, reportOf(await claimCall(store, runId, "a")));

    const log = await store.db
      .selectFrom("state_log")
      .select(["task_run_id", "from_state", "to_state"])
      .orderBy("seq")
      .execute();
    expect(log.map((row) => [row.task_run_id !== null, row.from_state, row.to_state])).toEqual([
      [false, null, "SCHEDULED"],
      [true, "READY", "RUNNING"],
      [false, "SCHEDULED", "RUNNING"],
      [true, "RUNNING", "COMPLETED"],
      [false, "RUNNING", "COMPLETED"],
    ]);
    expect((await runOf(store, runId)).revision).toBe(2);
  });

  test("keeps what the flow returns: JSON, values of tasks, records of both", async ({ store }) => {
    const configs = { training: { name: "training", schema: {}, initial: { rate: 0.5 } } };
    const results = {
      constant: { kind: "value", value: [1] },
      rate: { kind: "config", config: "training", path: ["rate"] },
      made: outputOf("a"),
      both: { kind: "record", of: { made: outputOf("a"), one: { kind: "value", value: 1 } } },
    };
    const runId = await begin(store, [call("a")], { results, configs });
    await report(store, reportOf(await claimCall(store, runId, "a")));

    const made = { call: "a", output: "value", value: expect.objectContaining({ data: "1" }) };
    expect((await runOf(store, runId)).results).toEqual({
      constant: { json: [1] },
      rate: { json: 0.5 },
      made,
      both: { of: { made, one: { json: 1 } } },
    });
  });

  test("without any task is completed by the sweep", async ({ store }) => {
    const runId = await begin(store, [], { results: { x: { kind: "value", value: 1 } } });

    await sweepAll(store);

    expect(await runOf(store, runId)).toMatchObject({
      state: "COMPLETED",
      results: { x: { json: 1 } },
      ended_at: expect.any(Date),
    });
  });
});
