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

  test("a new preference forgets what an earlier task opened", async () => {
    await using _backend = await openTensorBackend({ prefer: "cpu" });

    preferBackend({ prefer: "cpu" });

    expect(backendInUse()).toBeUndefined();
  });
});
