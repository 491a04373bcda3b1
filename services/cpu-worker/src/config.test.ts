import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";

describe("readConfig", () => {
  test("serves the pool cpu without anything set", () => {
    expect(readConfig({})).toMatchObject({
      WEIR_POOL: "cpu",
      WEIR_CONCURRENCY: 2,
      WEIR_SLOT: "thread",
      WEIR_NATS_URL: "nats://127.0.0.1:4222",
      WEIR_HEALTH_PORT: 0,
    });
  });

  test("lists every problem at once", () => {
    const broken = { WEIR_CONCURRENCY: "none", WEIR_POOL: "a.b", WEIR_SLOT: "fiber" };

    expect(() => readConfig(broken)).toThrow(/3 problem.*WEIR_POOL.*WEIR_CONCURRENCY.*WEIR_SLOT/s);
  });
});
