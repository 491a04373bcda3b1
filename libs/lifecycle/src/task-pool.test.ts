import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aborted } from "./aborted.ts";
import { CancelledError } from "./errors.ts";
import { TaskPool } from "./task-pool.ts";

const never = new AbortController().signal;

function gate(): PromiseWithResolvers<void> {
  return Promise.withResolvers<void>();
}

/** Lets everything that is already settled run on. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("TaskPool", () => {
  test("runs at most `limit` tasks and counts the free slots", async () => {
    await using pool = new TaskPool({ limit: 2, graceMs: 1_000 });
    const end = gate();

    pool.run(async () => await end.promise);
    pool.run(async () => await end.promise);

    expect(pool.free).toBe(0);
    expect(pool.busy).toBe(2);
    expect(() => pool.run(async () => undefined)).toThrow(
      expect.objectContaining({ code: "lifecycle/pool-full", limit: 2 }),
    );
    end.resolve();
    await pool.whenIdle();
    expect(pool.free).toBe(2);
  });

  test("tells a waiter when a slot is free", async () => {
    await using pool = new TaskPool({ limit: 1, graceMs: 1_000 });
    const end = gate();
    pool.run(async () => await end.promise);
    const order: string[] = [];

    const waiting = pool.whenFree(never).then(() => order.push("free"));
    await settle();
    order.push("ending");
    end.resolve();
    await waiting;

    expect(order).toEqual(["ending", "free"]);
  });

  test("resolves at once when a slot is free already", async () => {
    await using pool = new TaskPool({ limit: 1, graceMs: 1_000 });

    await expect(pool.whenFree(never)).resolves.toBeUndefined();
  });

  test("stops waiting when the waiter's signal is aborted", async () => {
    await using pool = new TaskPool({ limit: 1, graceMs: 1_000 });
    const end = gate();
    pool.run(async () => await end.promise);
    const stop = new AbortController();

    const waiting = pool.whenFree(stop.signal);
    stop.abort();

    await expect(waiting).rejects.toMatchObject({ code: "lifecycle/cancelled" });
    end.resolve();
  });

  test("reports what a task throws, and goes on", async () => {
    const errors: unknown[] = [];
    await using pool = new TaskPool({ limit: 1, graceMs: 1_000, onError: (e) => errors.push(e) });
    const failure = new TypeError("no");

    pool.run(async () => await Promise.reject(failure));
    await pool.whenIdle();

    expect(errors).toEqual([failure]);
    expect(pool.free).toBe(1);
  });

  test("does not report a cancellation", async () => {
    const errors: unknown[] = [];
    await using pool = new TaskPool({ limit: 1, graceMs: 1_000, onError: (e) => errors.push(e) });

    pool.run(async () => await Promise.reject(new CancelledError("the task")));
    await pool.whenIdle();

    expect(errors).toEqual([]);
  });

  test("never runs more than its limit, whatever is thrown at it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.boolean(), { maxLength: 30 }),
        async (limit, fails) => {
          await using pool = new TaskPool({ limit, graceMs: 1_000, onError: () => undefined });
          let running = 0;
          let most = 0;
          for (const fail of fails) {
            await pool.whenFree(never);
            pool.run(async () => {
              most = Math.max(most, ++running);
              await Promise.resolve();
              running -= 1;
              if (fail) throw new TypeError("no");
            });
          }
          await pool.whenIdle();
          expect(most).toBeLessThanOrEqual(limit);
          expect(running).toBe(0);
        },
      ),
    );
  });
});

describe("disposing a TaskPool", () => {
  test("ends at once while it is idle", async () => {
    const pool = new TaskPool({ limit: 1, graceMs: 60_000 });

    await pool[Symbol.asyncDispose]();

    expect(pool.free).toBe(0);
    expect(pool.signal.aborted).toBe(false);
  });

  test("waits for what runs, without aborting it", async () => {
    const pool = new TaskPool({ limit: 1, graceMs: 60_000 });
    const end = gate();
    const order: string[] = [];
    pool.run(async () => {
      await end.promise;
      order.push("task");
    });

    const stopped = pool[Symbol.asyncDispose]().then(() => order.push("stopped"));
    await settle();
    end.resolve();
    await stopped;

    expect(order).toEqual(["task", "stopped"]);
    expect(pool.signal.aborted).toBe(false);
  });

  test("aborts what still runs after the grace, then waits for it", async () => {
    const pool = new TaskPool({ limit: 1, graceMs: 1 });
    const order: string[] = [];
    pool.run(async (signal) => {
      await aborted(signal);
      order.push("obeyed");
    });

    await pool[Symbol.asyncDispose]();
    order.push("stopped");

    expect(order).toEqual(["obeyed", "stopped"]);
  });

  test("gives two who stop at once one end", async () => {
    const pool = new TaskPool({ limit: 1, graceMs: 60_000 });
    const end = gate();
    pool.run(async () => await end.promise);

    const both = [pool[Symbol.asyncDispose](), pool[Symbol.asyncDispose]()];
    end.resolve();

    await expect(Promise.all(both)).resolves.toEqual([undefined, undefined]);
  });

  test("takes no task and lets no one wait afterwards", async () => {
    const pool = new TaskPool({ limit: 1, graceMs: 1 });
    const end = gate();
    pool.run(async () => await end.promise);
    const waiting = pool.whenFree(never);
    const refused = expect(waiting).rejects.toMatchObject({ code: "lifecycle/cancelled" });

    const stopped = pool[Symbol.asyncDispose]();

    expect(() => pool.run(async () => undefined)).toThrow(
      expect.objectContaining({ code: "lifecycle/pool-closed" }),
    );
    await refused;
    await expect(pool.whenFree(never)).rejects.toMatchObject({ code: "lifecycle/cancelled" });
    end.resolve();
    await stopped;
  });
});
