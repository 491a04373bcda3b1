import { connectBus, provision } from "@weirflow/bus";
import { bucketSpecs } from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { serverTest } from "@weirflow/testing";
import { describe, expect } from "vitest";
import { blobHash } from "./blob-hash.ts";
import { ValueMissingError, ValueStoreUnavailableError } from "./errors.ts";
import { openValueStore } from "./open-value-store.ts";

const signal = new AbortController().signal;

const test = serverTest.extend("bus", async ({ nats }, { onCleanup }) => {
  const bus = await connectBus({ url: nats.url, name: "test", logger: silentLogger, signal });
  onCleanup(async () => await bus[Symbol.asyncDispose]());
  return bus;
});

describe("openValueStore with nats:", () => {
  test("says that its bucket is not there yet, in an error that may be retried", async ({
    bus,
    nats,
  }) => {
    await using store = await openValueStore({ url: "nats:", natsUrl: nats.url, bus, signal });

    await expect(store.put(Uint8Array.of(1), signal)).rejects.toThrow(ValueStoreUnavailableError);
  });

  test("keeps small and large values, and what is stored twice once", async ({ bus, nats }) => {
    await provision(bus, { streams: [], consumers: [], buckets: bucketSpecs(), signal });
    await using store = await openValueStore({ url: "nats:", natsUrl: nats.url, bus, signal });
    const large = Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 251);

    const keys = await Promise.all([
      store.put(new Uint8Array(), signal),
      store.put(large, signal),
      store.put(large, signal),
    ]);

    expect(keys).toEqual([blobHash(new Uint8Array()), blobHash(large), blobHash(large)]);
    expect(new Uint8Array(await store.get(blobHash(large), signal))).toStrictEqual(large);
    expect(await store.get(blobHash(new Uint8Array()), signal)).toHaveLength(0);
    expect(await store.has(blobHash(large), signal)).toBe(true);
    await expect(store.get(blobHash(Uint8Array.of(9)), signal)).rejects.toThrow(ValueMissingError);
  });

  test("keeps checkpoints, each as it was saved last", async ({ bus, nats }) => {
    await provision(bus, { streams: [], consumers: [], buckets: bucketSpecs(), signal });
    await using store = await openValueStore({ url: "nats:", natsUrl: nats.url, bus, signal });
    const { checkpoints } = store;
    const large = Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 251);

    await checkpoints.save("run/train", Uint8Array.of(1), signal);
    await checkpoints.save("run/train", large, signal);

    expect(await checkpoints.load("run/train", signal)).toStrictEqual(large);
    expect(await checkpoints.load("run/other", signal)).toBeUndefined();
    await checkpoints.remove("run/train", signal);
    expect(await checkpoints.load("run/train", signal)).toBeUndefined();
  });

  test("says that NATS is away, in an error that may be retried", async ({ bus, nats }) => {
    await provision(bus, { streams: [], consumers: [], buckets: bucketSpecs(), signal });
    await using store = await openValueStore({ url: "nats:", natsUrl: nats.url, bus, signal });
    await bus[Symbol.asyncDispose]();

    await expect(store.put(Uint8Array.of(1), signal)).rejects.toThrow(ValueStoreUnavailableError);
  });
});
