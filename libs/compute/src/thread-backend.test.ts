import { afterEach, describe, expect, test } from "vitest";
import { openTensorBackend } from "./open-tensor-backend.ts";
import { backendInUse, preferBackend } from "./thread-backend.ts";

describe("preferBackend and backendInUse", () => {
  afterEach(() => preferBackend({}));

  test("a thread says which back end it opened last", async () => {
    preferBackend({});
    expect(backendInUse()).toBeUndefined();

    await using _backend = await openTensorBackend({ prefer: "cpu" });

    expect(backendInUse()).toMatchObject({ name: "cpu", isGpu: false });
  });

  test("the owner's preference holds where the code that opens has none", async () => {
    preferBackend({ prefer: "cpu" });

    await using backend = await openTensorBackend();

    expect(backend.name).toBe("cpu");
  });

  test("what the owner requires holds, whatever the code that opens prefers", async () => {
    preferBackend({ require: "cpu" });

    await using backend = await openTensorBackend({ prefer: "wasm" });

    expect(backend.name).toBe("cpu");
  });

  test("what the code that opens says itself wins", async () => {
    preferBackend({ prefer: "cpu", require: "cpu", base: "/nowhere/main.js" });

    await using backend = await openTensorBackend({ require: "wasm", prefer: "wasm" });

    expect(backend.name).toBe("wasm");
  });

  test("the owner's preference counts as it was when opening began", async () => {
    preferBackend({ require: "wasm" });
    const opening = openTensorBackend();
    preferBackend({ require: "cpu" });

    await using backend = await opening;

    expect(backend.name).toBe("wasm");
  });

  test("packages are looked up from where the owner says", async () => {
    preferBackend({ base: "/nowhere/main.js" });

    await expect(openTensorBackend({ require: "gpu" })).rejects.toThrow(
      "WebGPU: webgpu is not installed",
    );
  });

  test("a new preference lifts limits that an earlier task left", async () => {
    await openTensorBackend({ prefer: "cpu", memoryLimitBytes: 100 }); // never disposed

    preferBackend({ prefer: "cpu" });

    await using backend = await openTensorBackend();
    backend.tf.zeros([1_000]).dispose();
    expect(backend.memory.limitBytes).toBeUndefined();
  });

  test("a new preference forgets what an earlier task opened", async () => {
    await using _backend = await openTensorBackend({ prefer: "cpu" });

    preferBackend({ prefer: "cpu" });

    expect(backendInUse()).toBeUndefined();
  });
});
