import { describe, expect, test } from "vitest";
import { ConnectionState } from "./connection-state.ts";

const { signal } = new AbortController();

describe("ConnectionState", () => {
  test("stands at first, and lets nobody wait", async () => {
    const state = new ConnectionState();

    await state.whenUp(signal);

    expect(state.isUp).toBe(true);
    expect(state.lost.aborted).toBe(false);
  });

  test("aborts what depends on the connection when it goes", () => {
    const state = new ConnectionState();
    const { lost } = state;

    state.down();

    expect(lost.aborted).toBe(true);
    expect(state.isUp).toBe(false);
  });

  test("wakes everybody who waits when it comes back", async () => {
    const state = new ConnectionState();
    state.down();
    const waiting = [state.whenUp(signal), state.whenUp(signal)];

    state.up();

    expect(await Promise.all(waiting)).toHaveLength(2);
    expect(state.lost.aborted).toBe(false);
  });

  test("is told the same thing twice without harm", async () => {
    const state = new ConnectionState();
    state.down();
    const waiting = state.whenUp(signal);

    state.down();
    state.up();
    state.up();

    await waiting;
    expect(state.isUp).toBe(true);
  });

  test("stops waiting when its signal is aborted", async () => {
    const state = new ConnectionState();
    state.down();
    const stop = new AbortController();
    const waiting = state.whenUp(stop.signal);

    stop.abort();

    await expect(waiting).rejects.toMatchObject({ code: "lifecycle/cancelled" });
  });
});
