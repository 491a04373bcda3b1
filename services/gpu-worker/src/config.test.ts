import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";

describe("readConfig", () => {
  test("serves the pool gpu without anything set", () => {
    expect(readConfig({})).toMatchObject({
      WEIR_POOL: "gpu",
      WEIR_CONCURRENCY: 1,
      WEIR_SLOT: "process",
      WEIR_NATS_URL: "nats://127.0.0.1:4222",
      WEIR_HEALTH_PORT: 0,
    });
  });

  test("lists every problem at once", () => {
    const broken = { WEIR_CONCURRENCY: "none", WEIR_POOL: "a.b", WEIR_SLOT: "fiber" };

    expect(() => readConfig(broken)).toThrow(/3 problem.*WEIR_POOL.*WEIR_CONCURRENCY.*WEIR_SLOT/s);
  });
});
