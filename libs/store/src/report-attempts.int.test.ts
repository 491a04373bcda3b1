import { parseTaskRunId, type RunId } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { later, sweepAll } from "./fixtures/clock.ts";
import { begin, call, diamond } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import {
  claim,
  claimCall,
  claimOf,
  report,
  reportOf,
  runOf,
  taskOf,
  token,
  value,
} from "./fixtures/workers.ts";
import type { Store } from "./open-store.ts";
import { countRefused, reportAttempts } from "./report-attempts.ts";
import { setNow } from "./set-now.ts";

describe("a report", () => {
  test("is accepted once and answered the same for ever (R4)", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = reportOf(await claimCall(store, runId, "a"));

    const first = await report(store, request);
    const second = await report(store, request);

    expect(first.answers).toEqual([{ verdict: "accepted", state: "COMPLETED" }]);
    expect(second.answers).toEqual(first.answers);
    expect(second.changes).toEqual({ hints: [], runs: [], settled: [], cancelled: [] });
    expect(await countRefused(store)).toBe(0);
  });

  test("twice in one batch ends one attempt", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = reportOf(await claimCall(store, runId, "a"));

    const { answers, changes } = await reportAttempts(store, [request, request], signal);

    expect(answers.map(({ verdict }) => verdict)).toEqual(["accepted", "accepted"]);
    expect(changes.settled).toHaveLength(1);
  });

  test("of a zombie is refused and counted; that of its heir wins (R3)", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const zombie = await claimCall(store, runId, "a");
    await later(store, 20_000);
    await sweepAll(store);
    const heir = await claimCall(store, runId, "a");

    const first = await report(store, reportOf(zombie, { outputs: { value: value("old") } }));
    const second = await report(store, reportOf(heir, { outputs: { value: value("new") } }));
    const third = await report(store, reportOf(zombie));

    expect(first).toMatchObject({ answers: [{ verdict: "refused" }], refused: 1 });
    expect(second.answers).toEqual([{ verdict: "accepted", state: "COMPLETED" }]);
    expect(third.answers).toMatchObject([{ verdict: "refused" }]);
    expect(await countRefused(store)).toBe(2);
    expect(await taskOf(store, runId, "a")).toMatchObject({
      attempt: 2,
      outputs: { value: { data: "new" } },
    });
  });

  test("after the lease but before the reaping is accepted", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = await claimCall(store, runId, "a");
    await later(store, 60_000);

    const { answers } = await report(store, reportOf(request));

    expect(answers[0]?.verdict).toBe("accepted");
  });

  test("is refused for a task run that does not exist, or under another's token", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a"), call("b")]);
    const a = await claimCall(store, runId, "a");
    const b = await claimCall(store, runId, "b");
    await report(store, reportOf(a));
    const nobody = parseTaskRunId("00000000-0000-7000-8000-000000000000");

    const { answers, refused } = await reportAttempts(
      store,
      [
        reportOf({ ...a, taskRunId: nobody }),
        reportOf({ ...b, claimId: a.claimId }),
        reportOf({ ...b, claimId: token() }),
        reportOf(b),
      ],
      signal,
    );

    expect(answers.map(({ verdict }) => verdict)).toEqual([
      "refused",
      "refused",
      "refused",
      "accepted",
    ]);
    expect(refused).toBe(3);
  });

  test("without all outputs is a failure: successors would lack their inputs (R9)", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a", { outputs: ["value", "more"] })]);
    const request = await claimCall(store, runId, "a");

    const { answers } = await report(store, reportOf(request));

    expect(answers).toEqual([{ verdict: "accepted", state: "FAILED" }]);
    expect((await runOf(store, runId)).error).toMatchObject({
      code: "db/outputs-missing",
      message: '"a" ended without its outputs "more"',
    });
  });

  test("keeps its artifacts and what it says about the attempt", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const artifact = {
      key: "report",
      kind: "markdown" as const,
      mediaType: "text/markdown",
      blobHash: "d".repeat(64),
      sizeBytes: 12,
    };
    const request = reportOf(await claimCall(store, runId, "a"), {
      artifacts: [artifact],
      nodeCount: 7,
      backend: "wasm",
    });
    await report(store, request);
    await report(store, request);

    expect(await store.db.selectFrom("artifacts").selectAll().execute()).toMatchObject([
      { run_id: runId, attempt: 1, key: "report", size_bytes: "12" },
    ]);
    expect(await store.db.selectFrom("attempts").selectAll().execute()).toMatchObject([
      { state: "SUCCEEDED", node_count: 7, backend: "wasm", reported: true },
    ]);
  });

  test("keeps the error of a node, even one that no text of Postgres can hold", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const error = { code: "unknown", message: "bad \0 byte \uD800", node: "n", stack: "at n\0" };
    const request = reportOf(await claimCall(store, runId, "a"), { outcome: "failed", error });

    await report(store, request);

    expect(await runOf(store, runId)).toMatchObject({
      state: "FAILED",
      reason: "bad \uFFFD byte \uFFFD",
      error: { message: "bad \uFFFD byte \uFFFD", node: "n", stack: "at n\uFFFD", call: "a" },
    });
  });

  test("that released an attempt costs nothing and hints it again at once", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const request = await claimCall(store, runId, "a");

    const { changes } = await report(store, reportOf(request, { outcome: "released" }));

    expect(changes.hints.map(({ taskRunId }) => taskRunId)).toEqual([request.taskRunId]);
    expect(await taskOf(store, runId, "a")).toMatchObject({
      state: "READY",
      crashes_used: 0,
      retries_used: 0,
      claim_id: null,
    });
  });
});

describe("failures", () => {
  const error = { code: "user/bad", message: "no", node: "n", stack: "at n" };
  const failed = { outcome: "failed", error, retryable: true } as const;
  const retried = call("a", { retries: { limit: 2, delaysMs: [5_000, 9_000] } });

  test("are tried again after their pauses, then fail the run with the error of the node", async ({
    store,
  }) => {
    const runId = await begin(store, [retried, call("z", { needs: ["a"] })]);
    const dueAt: (Date | null)[] = [];
    for (const second of ["00", "06", "20"]) {
      await setNow(store, new Date(`2099-01-01T00:00:${second}Z`), signal);
      await sweepAll(store);
      await report(store, reportOf(await claimCall(store, runId, "a"), failed));
      dueAt.push((await taskOf(store, runId, "a")).due_at);
    }

    expect(dueAt).toEqual([
      new Date("2099-01-01T00:00:05Z"),
      new Date("2099-01-01T00:00:15Z"),
      null,
    ]);
    expect(await runOf(store, runId)).toMatchObject({
      state: "FAILED",
      error: { code: "user/bad", node: "n", call: "a" },
    });
    expect((await taskOf(store, runId, "z")).state).toBe("SKIPPED");
  });

  test("that another attempt cannot help are not tried again", async ({ store }) => {
    const runId = await begin(store, [retried]);
    const request = await claimCall(store, runId, "a");

    await report(store, reportOf(request, { ...failed, retryable: false }));

    expect((await runOf(store, runId)).state).toBe("FAILED");
  });

  test("let what runs beside them end, and start nothing more", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b"), call("c", { needs: ["b"] })]);
    const a = await claimCall(store, runId, "a");
    const b = await claimCall(store, runId, "b");

    await report(store, reportOf(a, { ...failed, retryable: false }));
    expect((await runOf(store, runId)).state).toBe("RUNNING");
    await report(store, reportOf(b));

    expect((await runOf(store, runId)).state).toBe("FAILED");
    expect((await taskOf(store, runId, "b")).state).toBe("COMPLETED");
    expect((await taskOf(store, runId, "c")).state).toBe("SKIPPED");
  });
});

describe("the last two predecessors", () => {
  async function halfWay(
    store: Store,
  ): Promise<{ runId: RunId; requests: ReturnType<typeof reportOf>[] }> {
    const runId = await begin(store, diamond);
    await report(store, reportOf(await claimCall(store, runId, "top")));
    const a = await claimCall(store, runId, "a");
    const b = await claimCall(store, runId, "b");
    return { runId, requests: [reportOf(a), reportOf(b)] };
  }

  test("reported in one batch ready the successor once", async ({ store }) => {
    const { runId, requests } = await halfWay(store);

    const { changes } = await reportAttempts(store, requests, signal);

    const join = await taskOf(store, runId, "join");
    expect(join.state).toBe("READY");
    expect(changes.hints).toEqual([{ taskRunId: join.id, pool: "cpu", runId }]);
  });

  test("reported in two batches at once ready the successor once", async ({ store }) => {
    for (let round = 0; round < 10; round += 1) {
      const { runId, requests } = await halfWay(store);

      const both = await Promise.all(requests.map(async (request) => await report(store, request)));

      const join = await taskOf(store, runId, "join");
      const hints = both.flatMap(({ changes }) => changes.hints);
      expect(hints).toEqual([{ taskRunId: join.id, pool: "cpu", runId }]);
      expect(await claim(store, claimOf(join.id))).toMatchObject({
        verdict: "granted",
        inputs: { a: { kind: "value", from: { attempt: 1, output: "value" } } },
      });
    }
  });

  test("that end a run at once close it once", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b")]);
    const a = await claimCall(store, runId, "a");
    const b = await claimCall(store, runId, "b");

    const both = await Promise.all([report(store, reportOf(a)), report(store, reportOf(b))]);

    const ends = both.flatMap(({ changes }) => changes.runs.filter((r) => r.state === "COMPLETED"));
    expect(ends).toHaveLength(1);
    expect((await runOf(store, runId)).state).toBe("COMPLETED");
  });
});
