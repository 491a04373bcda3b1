import { readFileSync } from "node:fs";
import { type Bus, connectBus } from "@weirflow/bus";
import { beatAnswerSchema, type RunId, subjects } from "@weirflow/contracts";
import type { Store } from "@weirflow/store";
import { silentLogger } from "@weirflow/telemetry";
import { eventually, startTestNats, startTestPostgres } from "@weirflow/testing";
import { describe, expect, test } from "vitest";
import {
  attemptsOf,
  begin,
  claimOf,
  granted,
  LEASE_MS,
  nextHint,
  openTestStore,
  report,
  reportOf,
  runOf,
  signal,
  startScheduler,
} from "./fixtures/scheduler-test.ts";

const LONG = 60_000;

/** Servers that this test may break, with a scheduler and a worker's connection. */
async function startAll() {
  await using starting = new AsyncDisposableStack();
  const postgres = starting.use(await startTestPostgres(AbortSignal.timeout(LONG)));
  const nats = starting.use(await startTestNats({ signal: AbortSignal.timeout(LONG) }));
  const database = await postgres.freshDatabase();
  const store = starting.use(await openTestStore(database));
  const bus = starting.use(
    await connectBus({ url: nats.url, name: "worker", logger: silentLogger, signal }),
  );
  const scheduler = starting.use(await startScheduler({ database, nats: nats.url }));
  const running = starting.move();
  return {
    postgres: postgres.server,
    nats,
    store,
    bus,
    scheduler,
    [Symbol.asyncDispose]: async () => await running.disposeAsync(),
  };
}

/** Beats as a worker does, until it is stopped; failed ones are repeated. */
function beatOn(bus: Bus, key: { readonly taskRunId: string; readonly claimId: string }) {
  const stop = new AbortController();
  const verdicts: string[] = [];
  const beat = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const { taskRunId, claimId } = key;
      const request = { v: 1, worker: "w", attempts: [{ taskRunId, claimId }] };
      const limits = { timeoutMs: LEASE_MS / 3, signal: stop.signal };
      const pause = new Promise((resolve) => setTimeout(resolve, LEASE_MS / 3));
      await bus.request(subjects.beat, request, beatAnswerSchema, limits).then(
        (answer) => verdicts.push(...answer.attempts.map((one) => one.verdict)),
        () => undefined,
      );
      await pause;
    }
  };
  const done = beat();
  return {
    verdicts,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await done;
    },
  };
}

/** Whether the lease of the running attempt has lapsed, by the clock of the database. */
async function leaseIsOver(store: Store, runId: RunId): Promise<boolean> {
  const row = await store.db
    .selectFrom("task_runs")
    .select((eb) => eb("lease_until", "<", eb.fn<Date>("weir_now")).as("is_over"))
    .where("run_id", "=", runId)
    .executeTakeFirstOrThrow();
  return Boolean(row.is_over);
}

/** A process and its children, on Linux. */
function processesOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return [pid, ...(children === "" ? [] : children.split(" ").map(Number))];
}

describe("NATS", () => {
  test("killed with its store wiped is healed, and every READY task run is hinted again", async () => {
    await using all = await startAll();
    const { store, bus, nats } = all;
    const runId = await begin(store, bus);
    await nextHint(bus);

    await nats.kill("SIGKILL");
    await nats.restart({ wipe: true });
    const { taskRunId } = await eventually(async () => await nextHint(bus), { timeoutMs: LONG });

    const request = claimOf(taskRunId);
    await granted(bus, request);
    await report(bus, reportOf(request));
    expect(await runOf(store, runId)).toMatchObject({ state: "COMPLETED" });
  });

  test("away for longer than a lease crashes no attempt", async () => {
    await using all = await startAll();
    const { store, bus, nats } = all;
    const runId = await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);
    await using beats = beatOn(bus, request);
    await eventually(() => beats.verdicts.length > 0);

    await nats.kill("SIGKILL");
    await eventually(async () => expect(await leaseIsOver(store, runId)).toBe(true), {
      timeoutMs: LONG,
    });
    await eventually(() => !all.scheduler.isReady());
    await nats.restart();
    const before = beats.verdicts.length;
    await eventually(() => beats.verdicts.length > before + 1, { timeoutMs: LONG });

    expect(new Set(beats.verdicts)).toEqual(new Set(["alive"]));
    expect(await report(bus, reportOf(request))).toMatchObject({ verdict: "accepted" });
    expect(await attemptsOf(store, runId)).toEqual(["SUCCEEDED"]);
  });

  test("that stands still for longer than a lease crashes no attempt", async () => {
    await using all = await startAll();
    const { store, bus, nats } = all;
    const runId = await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);
    await using beats = beatOn(bus, request);
    await eventually(() => beats.verdicts.length > 0);

    process.kill(nats.pid, "SIGSTOP");
    await eventually(async () => expect(await leaseIsOver(store, runId)).toBe(true), {
      timeoutMs: LONG,
    });
    process.kill(nats.pid, "SIGCONT");
    const before = beats.verdicts.length;
    await eventually(() => beats.verdicts.length > before + 1, { timeoutMs: LONG });

    expect(new Set(beats.verdicts)).toEqual(new Set(["alive"]));
    expect(await attemptsOf(store, runId)).toEqual(["RUNNING"]);
  });
});

describe("Postgres", () => {
  test("restarted in the middle delays, and crashes no attempt", async () => {
    await using all = await startAll();
    const { store, bus, postgres } = all;
    const runId = await begin(store, bus);
    const request = claimOf((await nextHint(bus)).taskRunId);
    await granted(bus, request);
    await using beats = beatOn(bus, request);
    await eventually(() => beats.verdicts.length > 0);

    // Not killed: the test's server does not wait for disks, and would lose the claim.
    await postgres.stop();
    await eventually(() => !all.scheduler.isReady(), { timeoutMs: LONG });
    await postgres.restart();
    await eventually(() => all.scheduler.isReady(), { timeoutMs: LONG });
    const before = beats.verdicts.length;
    await eventually(() => beats.verdicts.length > before + 1, { timeoutMs: LONG });

    expect(new Set(beats.verdicts)).toEqual(new Set(["alive"]));
    expect(await report(bus, reportOf(request))).toMatchObject({ verdict: "accepted" });
    expect(await attemptsOf(store, runId)).toEqual(["SUCCEEDED"]);
  });

  test.skipIf(process.platform !== "linux")(
    "that stands still for longer than a lease crashes no attempt",
    async () => {
      await using all = await startAll();
      const { store, bus, postgres } = all;
      const runId = await begin(store, bus);
      const request = claimOf((await nextHint(bus)).taskRunId);
      await granted(bus, request);
      await using beats = beatOn(bus, request);
      await eventually(() => beats.verdicts.length > 0);
      const standing = processesOf(postgres.pid);

      for (const pid of standing) process.kill(pid, "SIGSTOP");
      const until = performance.now() + LEASE_MS * 1.5;
      await eventually(() => performance.now() > until);
      for (const pid of standing) process.kill(pid, "SIGCONT");
      const before = beats.verdicts.length;
      await eventually(() => beats.verdicts.length > before + 1, { timeoutMs: LONG });

      expect(new Set(beats.verdicts)).toEqual(new Set(["alive"]));
      expect(await attemptsOf(store, runId)).toEqual(["RUNNING"]);
    },
  );
});

describe("a worker that falls silent after all that", () => {
  test("is still noticed", async () => {
    await using all = await startAll();
    const { store, bus, nats } = all;
    const runId = await begin(store, bus);
    await granted(bus, claimOf((await nextHint(bus)).taskRunId));

    await nats.restart();

    await eventually(async () => expect(await attemptsOf(store, runId)).toEqual(["CRASHED"]), {
      timeoutMs: LONG,
    });
    const second = claimOf((await nextHint(bus)).taskRunId);
    expect(await granted(bus, second)).toMatchObject({ attempt: 2 });
  });
});
