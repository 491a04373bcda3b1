import { delimiter, resolve } from "node:path";
import * as z from "zod";
import { describe, expect, test } from "vitest";
import { flowPaths, valuesUrl, workerEnv } from "./worker-env.ts";

describe("workerEnv", () => {
  test("needs nothing set", () => {
    const schema = z.object({ ...workerEnv({ pool: "gpu", concurrency: 1, slot: "process" }) });

    expect(schema.parse({})).toEqual({
      WEIR_HEALTH_HOST: "127.0.0.1",
      WEIR_POOL: "gpu",
      WEIR_CONCURRENCY: 1,
      WEIR_SLOT: "process",
      WEIR_FLOWS: "flows",
      WEIR_VALUES_URL: ".weirflow/values",
      WEIR_VALUES_SHARED: false,
      WEIR_LEASE_MS: 15_000,
      WEIR_GRACE_MS: 5_000,
      WEIR_TENSOR_SOFTWARE: false,
    });
    expect(schema.parse({ WEIR_TENSOR_REQUIRE: "gpu" }).WEIR_TENSOR_REQUIRE).toBe("gpu");
    expect(schema.safeParse({ WEIR_TENSOR_REQUIRE: "cuda" }).success).toBe(false);
    expect(schema.parse({ WEIR_TENSOR_BACKEND: "webgpu" }).WEIR_TENSOR_BACKEND).toBe("webgpu");
    expect(schema.safeParse({ WEIR_TENSOR_BACKEND: "wsam" }).success).toBe(false);
    expect(schema.safeParse({ WEIR_CONCURRENCY: "0" }).success).toBe(false);
    expect(schema.safeParse({ WEIR_POOL: "a.b" }).success).toBe(false);
    expect(schema.safeParse({ WEIR_TASK_MEMORY_BYTES: "1000" }).success).toBe(false);
    expect(schema.parse({ WEIR_TASK_MEMORY_BYTES: "4e9" }).WEIR_TASK_MEMORY_BYTES).toBe(4e9);
    expect(schema.parse({ WEIR_VALUES_SHARED: "true" }).WEIR_VALUES_SHARED).toBe(true);
  });
});

describe("flowPaths", () => {
  test("takes the command line before the variable", () => {
    expect(flowPaths([], `a${delimiter}b`)).toEqual([resolve("a"), resolve("b")]);
    expect(flowPaths(["--flows", "c", "--flows=/d"], "a")).toEqual([resolve("c"), resolve("/d")]);
    expect(flowPaths(["--flows"], "a")).toEqual([resolve("a")]);
  });
});

describe("valuesUrl", () => {
  test("makes relative folders absolute and leaves addresses alone", () => {
    expect(valuesUrl(".weirflow/values")).toBe(resolve(".weirflow/values"));
    expect(valuesUrl("nats:")).toBe("nats:");
    expect(valuesUrl("file:///v")).toBe("file:///v");
  });
});
