import { describe, expect, test } from "vitest";
import { FileStoreNotSharedError, ValueStoreUrlError } from "./errors.ts";
import { openValueStore } from "./open-value-store.ts";

const signal = new AbortController().signal;
const files = { url: "file:///var/lib/weirflow/values", signal };

describe("openValueStore", () => {
  test.each([
    "nats://127.0.0.1:4222",
    "nats://localhost:4222",
    "nats://[::1]:4222,nats://127.0.0.2:4223",
  ])("takes a folder when NATS is on this machine: %s", async (natsUrl) => {
    await using store = await openValueStore({ ...files, natsUrl });

    expect(store.url).toBe("file:///var/lib/weirflow/values");
  });

  test.each([
    "nats://nats:4222",
    "nats://127.0.0.1:4222,nats://10.0.0.7:4222",
    "nats://127.evil.example:4222",
    "nonsense",
  ])("refuses a folder when NATS may be elsewhere: %s", async (natsUrl) => {
    await expect(openValueStore({ ...files, natsUrl })).rejects.toThrow(FileStoreNotSharedError);
  });

  test("takes a folder that every service sees", async () => {
    await using store = await openValueStore({
      ...files,
      natsUrl: "nats://n:4222",
      isShared: true,
    });

    expect(store.url).toBe("file:///var/lib/weirflow/values");
  });

  test.each(["s3://bucket", "values", "", "file://other-host/values", "nats:"])(
    "refuses an address that it cannot open: %s",
    async (url) => {
      const options = { url, natsUrl: "nats://127.0.0.1:4222", signal };
      await expect(openValueStore(options)).rejects.toThrow(ValueStoreUrlError);
    },
  );
});
