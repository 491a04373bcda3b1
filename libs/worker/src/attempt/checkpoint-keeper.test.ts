import { silentLogger } from "@weirflow/telemetry";
import {
  type CheckpointStore,
  ValueCorruptError,
  ValueStoreUnavailableError,
} from "@weirflow/values";
import { describe, expect, test } from "vitest";
import type { CheckpointRequest } from "../slot/slot-messages.ts";
import { CheckpointKeeper } from "./checkpoint-keeper.ts";

const request = (part: Partial<CheckpointRequest>): CheckpointRequest => ({
  kind: "checkpoint",
  job: "t/2",
  id: 1,
  node: "train",
  action: "load",
  ...part,
});

/** The port of the value store, in memory. */
function memory(part: Partial<CheckpointStore> = {}) {
  const held = new Map<string, Uint8Array>();
  const store: CheckpointStore = {
    save: async (name, bytes) => void held.set(name, bytes),
    load: async (name) => held.get(name),
    remove: async (name) => void held.delete(name),
    ...part,
  };
  return { held, store };
}

function keeper(store: CheckpointStore, signal: AbortSignal = new AbortController().signal) {
  return new CheckpointKeeper({ store, taskRunId: "t", logger: silentLogger, signal });
}

describe("CheckpointKeeper", () => {
  test("gives another attempt what one saved, node by node", async () => {
    const { store, held } = memory();
    await keeper(store).hear(request({ action: "save", bytes: Uint8Array.of(7) }));

    const next = keeper(store);

    expect(await next.hear(request({ id: 5 }))).toEqual({
      kind: "checkpoint",
      job: "t/2",
      id: 5,
      bytes: Uint8Array.of(7),
    });
    expect(await next.hear(request({ node: "other" }))).not.toHaveProperty("bytes");
    expect([...held.keys()]).toEqual(["t/train"]);
  });

  test("serves one request after the other, so the last save stays", async () => {
    const first = Promise.withResolvers<void>();
    const { store, held } = memory({
      save: async (name, bytes) => {
        if (bytes[0] === 1) await first.promise;
        held.set(name, bytes);
      },
    });
    const one = keeper(store);

    const both = [1, 2].map(
      async (value) => await one.hear(request({ action: "save", bytes: Uint8Array.of(value) })),
    );
    first.resolve();
    await Promise.all(both);

    expect(held.get("t/train")).toEqual(Uint8Array.of(2));
  });

  test("tries again what the store refuses for a while, and then says what is wrong", async () => {
    let failuresLeft = 2;
    const { store, held } = memory({
      save: async (name, bytes) => {
        failuresLeft -= 1;
        if (failuresLeft >= 0) throw new ValueStoreUnavailableError("write", "memory:", "full");
        held.set(name, bytes);
      },
      load: async () => await Promise.reject(new TypeError("broken")),
    });

    const saved = await keeper(store).hear(request({ action: "save", bytes: Uint8Array.of(1) }));
    const loaded = await keeper(store).hear(request({}));

    expect(saved).not.toHaveProperty("error");
    expect(held.size).toBe(1);
    expect(loaded.error?.message).toBe("broken");
  });

  test("takes a damaged checkpoint for none", async () => {
    const { store } = memory({
      load: async () => await Promise.reject(new ValueCorruptError("n", "memory:", "cut")),
    });

    const answer = await keeper(store).hear(request({}));

    expect(answer).toEqual({ kind: "checkpoint", job: "t/2", id: 1 });
  });

  test("an attempt that is stale changes nothing", async () => {
    const { store, held } = memory();

    const answer = await keeper(store, AbortSignal.abort("stale")).hear(
      request({ action: "save", bytes: Uint8Array.of(1) }),
    );

    expect(answer.error).toBeDefined();
    expect(held.size).toBe(0);
  });

  test("forgets what its nodes asked for, and nothing else", async () => {
    const { store, held } = memory();
    held.set("t/train", Uint8Array.of(1)).set("t/other", Uint8Array.of(2));
    const one = keeper(store);
    await one.hear(request({}));

    await one.forget();

    expect([...held.keys()]).toEqual(["t/other"]);
  });

  test("a checkpoint that cannot be removed is no failure", async () => {
    const { store } = memory({ remove: async () => await Promise.reject(new Error("away")) });
    const one = keeper(store);
    await one.hear(request({}));

    await expect(one.forget()).resolves.toBeUndefined();
  });
});
