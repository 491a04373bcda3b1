import { type ClaimRequest, type RunId } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { acceptRun } from "./accept-run.ts";
import { claimTaskRuns } from "./claim-task-runs.ts";
import { deploy } from "./deploy.ts";
import { type Store } from "./open-store.ts";
import { countRefused, reportAttempts } from "./report-attempts.ts";
import { saveConfig } from "./save-config.ts";
import { sweep } from "./sweep.ts";
import {
  signal,
  call,
  output,
  manifest,
  test,
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
