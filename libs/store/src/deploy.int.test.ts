import type { JsonObject } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { acceptRun } from "./accept-run.ts";
import { deploy } from "./deploy.ts";
import { fireDueSchedules } from "./fire-schedules.ts";
import { call, manifestOf } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import { runOf } from "./fixtures/workers.ts";
import type { Store } from "./open-store.ts";
import { setNow } from "./set-now.ts";

const at = async (store: Store, instant: string) => await setNow(store, new Date(instant), signal);
const fire = async (store: Store) => await fireDueSchedules(store, { limit: 10 }, signal);
const six = { kind: "daily", slug: "six", at: "06:00" };
async function deployWith(store: Store, ...schedules: JsonObject[]) {
  return await deploy(store, { manifest: manifestOf([call("a")], { schedules }) }, signal);
}
async function nextOf(store: Store, slug = "six"): Promise<string | undefined> {
  const row = await store.db
    .selectFrom("schedules")
    .select("next_at")
    .where("slug", "=", slug)
    .executeTakeFirstOrThrow();
  return row.next_at?.toISOString();
}

describe("deploy", () => {
  test("creates a deployment, then changes it under the same id", async ({ store }) => {
    const manifest = manifestOf([call("a")]);
    const second = manifestOf([call("a")], { version: "c".repeat(64) });

    const created = await deploy(store, { manifest, params: { n: 1 } }, signal);
    const changed = await deploy(store, { manifest: second, params: { n: 2 } }, signal);
    const other = await deploy(store, { manifest: second, name: "nightly" }, signal);

    expect([created.created, changed.created, other.created]).toEqual([true, false, true]);
    expect(changed.deploymentId).toBe(created.deploymentId);
    expect(other.deploymentId).not.toBe(created.deploymentId);
    expect(
      await store.db
        .selectFrom("deployments")
        .select(["name", "version", "params"])
        .orderBy("name")
        .execute(),
    ).toEqual([
      { name: "default", version: "c".repeat(64), params: { n: 2 } },
      { name: "nightly", version: "c".repeat(64), params: {} },
    ]);
  });

  test("leaves runs that were accepted on their version (R17)", async ({ store }) => {
    const first = await deploy(store, { manifest: manifestOf([call("a")]) }, signal);
    const { deploymentId } = first;
    const origin = { kind: "manual" as const, key: "k" };
    const { runId } = await acceptRun(store, { deploymentId, params: {}, origin }, signal);

    const manifest = manifestOf([call("b")], { version: "c".repeat(64) });
    await deploy(store, { manifest }, signal);

    expect((await runOf(store, runId)).version).toBe(first.version);
  });

  test("by many at once makes one deployment", async ({ store }) => {
    const all = await Promise.all(
      Array.from({ length: 5 }, async () => await deployWith(store, six)),
    );

    expect(new Set(all.map(({ deploymentId }) => deploymentId)).size).toBe(1);
    expect(all.filter(({ created }) => created)).toHaveLength(1);
  });

  test("saves the first version of a config, and never a second", async ({ store }) => {
    const configs = (rate: number) => ({
      training: { name: "training", schema: {}, initial: { rate } },
    });
    await deploy(store, { manifest: manifestOf([call("a")], { configs: configs(1) }) }, signal);
    await deploy(store, { manifest: manifestOf([call("a")], { configs: configs(2) }) }, signal);

    expect(await store.db.selectFrom("config_versions").selectAll().execute()).toMatchObject([
      { name: "training", version: 1, body: { rate: 1 } },
    ]);
  });

  test("replaces the triggers", async ({ store }) => {
    const trigger = (slug: string) => ({ slug, kind: "event", of: "dataset.updated" });
    const manifest = (...slugs: string[]) =>
      manifestOf([call("a")], { triggers: slugs.map(trigger) });
    await deploy(store, { manifest: manifest("a", "b") }, signal);
    await deploy(store, { manifest: manifest("b", "c") }, signal);

    const rows = await store.db.selectFrom("triggers").select("slug").orderBy("slug").execute();
    expect(rows.map(({ slug }) => slug)).toEqual(["b", "c"]);
  });

  test("refuses a schedule that is none", async ({ store }) => {
    await expect(
      deployWith(store, { kind: "cron", slug: "s", cron: "not a pattern" }),
    ).rejects.toMatchObject({ code: "flow/invalid-schedule" });
    expect(await store.db.selectFrom("flows").select("name").execute()).toEqual([]);
  });
});

describe("deploying again", () => {
  test("keeps the cursor: nothing is doubled or lost (R2)", async ({ store }) => {
    await at(store, "2026-03-01T00:00:00Z");
    await deployWith(store, six);
    await at(store, "2026-03-01T06:00:01Z");
    await fire(store);
    await deployWith(store, six);
    expect(await fire(store)).toBe(0);

    await at(store, "2026-03-02T06:00:01Z");
    await deployWith(store, { ...six, params: { n: 1 } });

    expect(await fire(store)).toBe(1);
    expect(await nextOf(store)).toBe("2026-03-03T06:00:00.000Z");
  });

  test("with another time starts at the first occurrence after the change", async ({ store }) => {
    await at(store, "2026-03-01T00:00:00Z");
    await deployWith(store, six);
    await at(store, "2026-03-05T12:00:00Z");

    await deployWith(store, { ...six, at: "11:00" });

    expect(await nextOf(store)).toBe("2026-03-06T11:00:00.000Z");
    expect(await fire(store)).toBe(0);
  });

  test("without a schedule ends it; with it again starts it afresh", async ({ store }) => {
    await at(store, "2026-03-01T00:00:00Z");
    await deployWith(store, { ...six, catchUp: "all" });
    await deployWith(store);
    await at(store, "2026-03-08T12:00:00Z");
    expect(await fire(store)).toBe(0);

    await deployWith(store, { ...six, catchUp: "all" });

    expect(await fire(store)).toBe(0);
    expect(await nextOf(store)).toBe("2026-03-09T06:00:00.000Z");
  });

  test("keeps the anchor of an interval", async ({ store }) => {
    const every = { kind: "every", slug: "e", everyMs: 3_600_000 };
    await at(store, "2026-03-01T00:10:00Z");
    await deployWith(store, every);
    await at(store, "2026-03-01T00:40:00Z");
    await deployWith(store, every);

    expect(await nextOf(store, "e")).toBe("2026-03-01T01:10:00.000Z");
  });

  test("leaves a paused schedule paused", async ({ store }) => {
    await deployWith(store, six);
    await store.db.updateTable("schedules").set({ paused: true }).execute();
    await deployWith(store, six);

    const rows = await store.db.selectFrom("schedules").select("paused").execute();
    expect(rows).toEqual([{ paused: true }]);
  });
});
