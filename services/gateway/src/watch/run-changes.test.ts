import type { SubscribeHandler } from "@weirflow/bus";
import { EventType, type Progress, subjects } from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { describe, expect, test } from "vitest";
import { type RunChange, runChanges } from "./run-changes.ts";
import { RunHub } from "./run-hub.ts";

const runId = "0199c1d0-0000-7000-8000-000000000001";
const { signal } = new AbortController();

/** A bus that gives a test its handlers. */
function fakeBus() {
  const handlers = new Map<string, SubscribeHandler>();
  const send = (pattern: string, subject: string, message: unknown): void =>
    handlers.get(pattern)?.(new TextEncoder().encode(JSON.stringify(message)), {
      subject,
      headers: {},
      carrier: {},
    });
  const changed = (id = runId): void =>
    send(subjects.event(EventType.runChanged), subjects.event(EventType.runChanged), {
      specversion: "1.0",
      id: "1",
      source: "test",
      type: EventType.runChanged,
      data: { runId: id, flow: "f", deploymentId: id, state: "RUNNING", version: 1 },
    });
  const progress = (nodesDone: number): void =>
    send(subjects.progressAll, subjects.progress(runId), {
      v: 1,
      runId,
      taskRunId: runId,
      call: "c",
      attempt: 1,
      nodesDone,
      nodesTotal: 9,
      running: [],
    });
  return {
    bus: {
      subscribe: (pattern: string, handler: SubscribeHandler) => {
        handlers.set(pattern, handler);
        return { [Symbol.asyncDispose]: async () => void handlers.delete(pattern) };
      },
    },
    handlers,
    send,
    changed,
    progress,
  };
}

function watched(
  revisions: { revision: number; isOver: boolean },
  more: { after?: number; lookMs?: number; signal?: AbortSignal } = {},
) {
  const fake = fakeBus();
  const hub = new RunHub({ bus: fake.bus, logger: silentLogger });
  const changes = runChanges({
    hub,
    runId,
    readRevision: async () => ({ ...revisions }),
    signal,
    lookMs: 60_000,
    ...more,
  });
  return { ...fake, hub, changes };
}

const next = async (changes: AsyncGenerator<RunChange>): Promise<RunChange | undefined> =>
  (await changes.next()).value;

describe("runChanges", () => {
  test("begins with a snapshot and ends once the run is over", async () => {
    const run = { revision: 1, isOver: false };
    const { changes, changed, hub } = watched(run);

    const first = await next(changes);
    Object.assign(run, { revision: 2, isOver: true });
    const second = changes.next();
    changed();

    expect(first).toEqual({ kind: "SNAPSHOT", runId, revision: 1, progress: [] });
    expect((await second).value).toMatchObject({ kind: "STATE", revision: 2 });
    expect((await changes.next()).done).toBe(true);
    expect(hub.size).toBe(0);
  });

  test("does not lose a hint that comes while the watcher is busy", async () => {
    const run = { revision: 1, isOver: false };
    const { changes, changed } = watched(run);
    await next(changes);

    run.revision = 2;
    changed();

    expect(await next(changes)).toMatchObject({ kind: "STATE", revision: 2 });
  });

  test("says nothing of a hint without a change, and nothing of what was seen", async () => {
    const run = { revision: 5, isOver: false };
    const { changes, changed } = watched(run, { after: 5 });
    const first = changes.next();
    changed();
    changed("0199c1d0-0000-7000-8000-000000000002");
    run.revision = 6;
    changed();

    expect((await first).value).toMatchObject({ revision: 6 });
  });

  test("looks by itself when no hint comes", async () => {
    const run = { revision: 1, isOver: false };
    const { changes } = watched(run, { lookMs: 1 });
    await next(changes);

    run.revision = 2;

    expect(await next(changes)).toMatchObject({ kind: "STATE", revision: 2 });
  });

  test("passes on the newest progress of each task, once", async () => {
    const run = { revision: 1, isOver: false };
    const { changes, progress, changed } = watched(run);
    await next(changes);
    progress(3);
    progress(4);

    const told = await next(changes);
    run.revision = 2;
    changed();
    const after = await next(changes);

    expect(told).toMatchObject({ kind: "PROGRESS", revision: 1 });
    expect(told?.progress.map(({ nodesDone }: Progress) => nodesDone)).toEqual([4]);
    expect(after).toMatchObject({ kind: "STATE", progress: [] });
  });

  test("ends when its signal aborts, and is forgotten", async () => {
    const stop = new AbortController();
    const { changes, hub } = watched({ revision: 1, isOver: false }, { signal: stop.signal });
    await next(changes);
    const waiting = changes.next();

    stop.abort("gone");

    await expect(waiting).rejects.toBe("gone");
    expect(hub.size).toBe(0);
  });

  test("ends at once for a run that does not exist", async () => {
    const { hub } = watched({ revision: 1, isOver: false });
    const changes = runChanges({ hub, runId, readRevision: async () => undefined, signal });

    expect((await changes.next()).done).toBe(true);
  });
});

describe("RunHub", () => {
  test("drops what it cannot read", async () => {
    const { hub, send } = watched({ revision: 1, isOver: false });
    using watcher = hub.watch(runId);
    send(subjects.event(EventType.runChanged), subjects.event(EventType.runChanged), {
      nonsense: true,
    });
    send(subjects.progressAll, subjects.progress(runId), { nonsense: true });

    expect((await watcher.next(1, signal)).isHint).toBe(false);
  });

  test("lets everyone look again after a reconnect", async () => {
    const { hub } = watched({ revision: 1, isOver: false });
    using one = hub.watch(runId);
    using two = hub.watch(runId);

    hub.wakeAll();

    expect((await one.next(60_000, signal)).isHint && (await two.next(60_000, signal)).isHint).toBe(
      true,
    );
  });

  test("ends its subscriptions when it is disposed", async () => {
    const { hub, handlers } = watched({ revision: 1, isOver: false });

    await hub[Symbol.asyncDispose]();

    expect(handlers.size).toBe(0);
  });
});
