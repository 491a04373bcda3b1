import { describe, expect, test } from "vitest";
import { ConnectionState } from "./connection-state.ts";
import { whileConnected } from "./while-connected.ts";

const { signal } = new AbortController();
const never = new Promise<never>(() => undefined);

describe("whileConnected", () => {
  test("sends nothing before the connection is back", async () => {
    const state = new ConnectionState();
    let sent = false;
    state.down();
    const done = whileConnected(state, signal, async () => {
      sent = true;
      return await Promise.resolve("answer");
    });
    await Promise.resolve();
    expect(sent).toBe(false);

    state.up();

    expect(await done).toBe("answer");
  });

  test("does not wait for an answer that cannot come any more", async () => {
    const state = new ConnectionState();
    const waiting = whileConnected(state, signal, async () => await never);

    state.down();

    await expect(waiting).rejects.toMatchObject({ code: "bus/unavailable", disposition: "retry" });
  });

  test("says cancelled when its caller has given up", async () => {
    const state = new ConnectionState();
    const stop = new AbortController();
    const waiting = whileConnected(state, stop.signal, async () => await never);

    stop.abort();

    await expect(waiting).rejects.toMatchObject({ code: "lifecycle/cancelled" });
  });

  test("passes on what the work itself failed with", async () => {
    const failing = whileConnected(
      new ConnectionState(),
      signal,
      async () => await Promise.reject(new TypeError("no")),
    );

    await expect(failing).rejects.toThrow(TypeError);
  });
});
