import type { JsonObject } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { deploy } from "./deploy.ts";
import { fireDueSchedules } from "./fire-schedules.ts";
import { call, manifestOf } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import { claimCall, report, reportOf } from "./fixtures/workers.ts";
import type { Store } from "./open-store.ts";
import { saveConfig, setSchedulePaused } from "./save-config.ts";
import { setNow } from "./set-now.ts";
import { sweepAll } from "./fixtures/clock.ts";
import { parseRunId } from "@weirflow/contracts";

const six = { kind: "daily", slug: "six", at: "06:00", timeZone: "America/Sao_Paulo" };
const at = async (store: Store, instant: string) => await setNow(store, new Date(instant), signal);
const fire = async (store: Store) => await fireDueSchedules(store, { limit: 10 }, signal);
async function deployWith(store: Store, schedule: JsonObject, more: JsonObject = {}) {
  const manifest = manifestOf([call("a")], { schedules: [schedule], ...more });
  return (await deploy(store, { manifest }, signal)).deploymentId;
}
async function occurrences(store: Store): Promise<readonly (string | undefined)[]> {
  const rows = await store.db
    .selectFrom("runs")
    .select("scheduled_for")
    .orderBy("scheduled_for")
    .execute();
  return rows.map((row) => row.scheduled_for?.toISOString());
}

describe("a schedule", () => {
  test("fires once, however many schedulers look at once (R2)", async ({ store }) => {
    await at(store, "2026-03-01T00:00:00Z");
    await deployWith(store, six);
    await at(store, "2026-03-01T09:00:01Z");

    const fired = await Promise.all(Array.from({ length: 4 }, async () => await fire(store)));

    expect(fired.reduce((a, b) => a + b, 0)).toBe(1);
    expect(await occurrences(store)).toEqual(["2026-03-01T09:00:00.000Z"]);
    expect(await fire(store)).toBe(0);
  });

  test("fires at the local time on both sides of a change of the clocks (R14)", async ({
    store,
  }) => {
    await at(store, "2026-03-28T00:00:00Z");
    await deployWith(store, { ...six, timeZone: "Europe/Berlin", catchUp: "all" });
    await at(store, "2026-03-30T12:00:00Z");

    await fire(store);

    expect(await occurrences(store)).toEqual([
      "2026-03-28T05:00:00.000Z",
      "2026-03-29T04:00:00.000Z",
      "2026-03-30T04:00:00.000Z",
    ]);
  });

  test("starts a run with a trace, the parameters of both, and the flow's defaults", async ({
    store,
  }) => {
    const paramsSchema = {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" }, c: { default: 3 } },
    };
    await at(store, "2026-03-01T00:00:00Z");
    const schedules = [{ ...six, params: { b: 2 } }];
    const manifest = manifestOf([call("a")], { schedules, paramsSchema });
    await deploy(store, { manifest, params: { a: 1, b: 1 } }, signal);
    await at(store, "2026-03-01T09:00:01Z");
    await fire(store);

    const run = await store.db.selectFrom("runs").selectAll().executeTakeFirstOrThrow();
    expect(run.params).toEqual({ a: 1, b: 2, c: 3 });
    expect(run.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(run.origin_detail).toEqual({ schedule: "six" });
    expect((await sweepAll(store)).changes.hints).toHaveLength(1);
  });

  test.for([
    ["skip", []],
    ["latest", ["2026-03-03T09:00:00.000Z"]],
    ["all", ["2026-03-01T09:00:00.000Z", "2026-03-02T09:00:00.000Z", "2026-03-03T09:00:00.000Z"]],
  ] as const)("catches up %s after three days away", async ([catchUp, expected], { store }) => {
    await at(store, "2026-03-01T00:00:00Z");
    await deployWith(store, { ...six, catchUp });
    await at(store, "2026-03-03T20:00:00Z");

    await fire(store);

    expect(await occurrences(store)).toEqual(expected);
    await at(store, "2026-03-04T09:00:01Z");
    expect(await fire(store)).toBe(1);
  });

  test("that has much to catch up does it in several transactions", async ({ store }) => {
    await at(store, "2026-03-01T00:00:00Z");
    await deployWith(store, { kind: "every", slug: "m", everyMs: 60_000, catchUp: "all" });
    await at(store, "2026-03-01T03:20:00Z");

    expect(await fire(store)).toBe(200);
    expect(await fire(store)).toBe(0);
  });

  test("with overlap skip leaves out what falls into an earlier run of its own", async ({
    store,
  }) => {
    await at(store, "2026-03-01T00:00:00Z");
    await deployWith(store, { ...six, overlap: "skip" });
    await at(store, "2026-03-01T09:00:01Z");
    expect(await fire(store)).toBe(1);
    await at(store, "2026-03-02T09:00:01Z");
    expect(await fire(store)).toBe(0);

    const { id } = await store.db.selectFrom("runs").select("id").executeTakeFirstOrThrow();
    await report(store, reportOf(await claimCall(store, parseRunId(id), "a")));
    await at(store, "2026-03-03T09:00:01Z");

    expect(await fire(store)).toBe(1);
  });

  test("that is paused waits; let go on, it catches up as it says", async ({ store }) => {
    await at(store, "2026-03-01T00:00:00Z");
    const deploymentId = await deployWith(store, six);
    const pause = async (paused: boolean) =>
      await setSchedulePaused(store, { deploymentId, slug: "six", paused }, signal);
    expect(await pause(true)).toBe(true);
    await at(store, "2026-03-02T09:00:01Z");
    expect(await fire(store)).toBe(0);

    await pause(false);
    await fire(store);

    expect(await occurrences(store)).toEqual(["2026-03-02T09:00:00.000Z"]);
  });
});

describe("a schedule that cannot start its run", () => {
  test("holds up no other, stays due, says why, and fires once it can (R2)", async ({ store }) => {
    const configs = { training: { name: "training", schema: {} } };
    await at(store, "2026-03-01T00:00:00Z");
    const schedules = [{ ...six, slug: "early", at: "05:00", catchUp: "all" }];
    const lacking = manifestOf([call("a")], { schedules, configs });
    await deploy(store, { manifest: { ...lacking, flow: "lacking" }, name: "x" }, signal);
    const fine = manifestOf([call("a")], { schedules: [six] });
    await deploy(store, { manifest: { ...fine, version: hash("c"), flow: "fine" } }, signal);
    await at(store, "2026-03-01T09:00:01Z");

    expect(await fire(store)).toBe(1);
    const row = await store.db
      .selectFrom("schedules")
      .select(["problem", "next_at"])
      .where("slug", "=", "early")
      .executeTakeFirstOrThrow();
    expect(row).toEqual({
      problem: 'the config "training" has no version yet',
      next_at: new Date("2026-03-01T09:01:01Z"),
    });

    await saveConfig(store, { name: "training", body: {} }, signal);
    await at(store, "2026-03-01T09:02:00Z");
    expect(await fire(store)).toBe(1);
    expect(await occurrences(store)).toEqual([
      "2026-03-01T08:00:00.000Z",
      "2026-03-01T09:00:00.000Z",
    ]);
  });

  test("says which parameters do not fit", async ({ store }) => {
    await at(store, "2026-03-01T00:00:00Z");
    const paramsSchema = { type: "object", required: ["path"], properties: { path: {} } };
    await deployWith(store, six, { paramsSchema });
    await at(store, "2026-03-01T09:00:01Z");

    expect(await fire(store)).toBe(0);
    const { problem } = await store.db
      .selectFrom("schedules")
      .select("problem")
      .executeTakeFirstOrThrow();
    expect(problem).toMatch(/^the schedule "six" cannot start a run: \/path /);
  });
});

function hash(digit: string) {
  return manifestOf([], { version: digit.repeat(64) }).version;
}
