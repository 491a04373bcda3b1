import { subjects } from "@weirflow/contracts";
import { deploy, setNow } from "@weirflow/store";
import { eventually } from "@weirflow/testing";
import { describe, expect } from "vitest";
import {
  bareTest as test,
  claimOf,
  granted,
  manifest,
  nextHint,
  signal,
  startScheduler,
} from "./fixtures/scheduler-test.ts";

const daily = { slug: "morning", kind: "daily", at: "06:00", timeZone: "America/Sao_Paulo" };
/** 06:00 there is 09:00 UTC. */
const at = (day: string, time: string): Date => new Date(`2026-03-${day}T${time}:00Z`);

describe("a daily schedule under two schedulers", () => {
  test("fires exactly once a day, with its hint", async ({ databaseUrl, nats, store, bus }) => {
    await setNow(store, at("01", "08:59"), signal);
    await deploy(store, { manifest: manifest({ schedules: [daily] }) }, signal);
    const urls = { database: databaseUrl, nats: nats.url };
    await using one = await startScheduler(urls);
    await using two = await startScheduler(urls);
    const occurrences = async () => {
      const rows = await store.db.selectFrom("runs").select("scheduled_for").execute();
      return rows.map((row) => row.scheduled_for?.toISOString());
    };

    expect(await occurrences()).toEqual([]);
    await setNow(store, at("01", "09:00"), signal);
    bus.publish(subjects.wake, {});
    const first = await nextHint(bus);
    await setNow(store, at("02", "09:01"), signal);
    bus.publish(subjects.wake, {});
    await eventually(async () => expect(await occurrences()).toHaveLength(2));

    expect((await occurrences()).toSorted()).toEqual([
      "2026-03-01T09:00:00.000Z",
      "2026-03-02T09:00:00.000Z",
    ]);
    expect(await granted(bus, claimOf(first.taskRunId))).toMatchObject({ attempt: 1 });
    const started = [one, two].map(({ metrics }) =>
      Number(/weir_runs_started_total\{origin="schedule"\} (\d+)/.exec(metrics.text())?.[1] ?? 0),
    );
    expect(started.reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  test("makes up for the last one that it missed while nobody ran", async ({
    databaseUrl,
    nats,
    store,
  }) => {
    await setNow(store, at("01", "08:59"), signal);
    await deploy(store, { manifest: manifest({ schedules: [daily] }) }, signal);
    await setNow(store, at("05", "12:00"), signal);

    await using _late = await startScheduler({ database: databaseUrl, nats: nats.url });

    const rows = await eventually(async () => {
      const found = await store.db.selectFrom("runs").select("scheduled_for").execute();
      return found.length > 0 && found;
    });
    expect(rows.map((row) => row.scheduled_for?.toISOString())).toEqual([
      "2026-03-05T09:00:00.000Z",
    ]);
  });
});
