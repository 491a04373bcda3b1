import { describe, expect } from "vitest";
import { deploy } from "./deploy.ts";
import { later, sweepAll } from "./fixtures/clock.ts";
import { begin, call, manifestOf } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import { claimCall, report, reportOf, taskOf } from "./fixtures/workers.ts";
import { knownPools, saveDeadLetter, settledAttempts } from "./settled-attempts.ts";

describe("settledAttempts", () => {
  test("tells accepted, superseded, pending and unknown attempts apart (R10)", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a"), call("b")]);
    const a = (await taskOf(store, runId, "a")).id;
    const b = (await taskOf(store, runId, "b")).id;
    await claimCall(store, runId, "a");
    await later(store, 60_000);
    await sweepAll(store);
    await report(store, reportOf(await claimCall(store, runId, "a")));
    await claimCall(store, runId, "b");

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

    expect(attempts.map(({ state }) => state)).toEqual([
      "superseded",
      "accepted",
      "pending",
      "unknown",
    ]);
  });

  test("a failed attempt is superseded while it is tried again, accepted when it was the last", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a", { retries: { limit: 1 } })]);
    const { id } = await taskOf(store, runId, "a");
    const failed = { outcome: "failed", retryable: true } as const;
    const ask = async () =>
      (await settledAttempts(store, { v: 1, attempts: [{ taskRunId: id, attempt: 1 }] }, signal))
        .attempts[0]?.state;

    await report(store, reportOf(await claimCall(store, runId, "a"), failed));
    expect(await ask()).toBe("superseded");
    await later(store, 60_000);
    await sweepAll(store);
    const { changes } = await report(store, reportOf(await claimCall(store, runId, "a"), failed));

    expect(await ask()).toBe("superseded");
    expect(changes.settled).toMatchObject([{ attempt: 2, accepted: true, state: "FAILED" }]);
  });
});

describe("saveDeadLetter", () => {
  test("keeps the message and its reason, whatever bytes the reason quotes (R8)", async ({
    store,
  }) => {
    const letter = { v: 1 as const, subject: "weir.x", payload: "e30=", headers: { a: "b" } };

    await saveDeadLetter(store, { ...letter, reason: 'unexpected token "\0"' }, signal);

    expect(await store.db.selectFrom("dead_letters").selectAll().execute()).toMatchObject([
      {
        subject: "weir.x",
        reason: 'unexpected token "\uFFFD"',
        payload: "e30=",
        headers: { a: "b" },
      },
    ]);
  });
});

describe("knownPools", () => {
  test("are cpu, gpu, and those of deployed flows", async ({ store }) => {
    expect(await knownPools(store, signal)).toEqual(["cpu", "gpu"]);
    const manifest = manifestOf([call("a", { pool: "large" })]);
    await deploy(store, { manifest }, signal);

    expect(await knownPools(store, signal)).toEqual(["cpu", "gpu", "large"]);
  });
});
