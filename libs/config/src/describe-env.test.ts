import { describe, expect, test } from "vitest";
import { z } from "zod";
import { commonEnv } from "./common-env.ts";
import { describeEnv, envTable } from "./describe-env.ts";
import { readEnv } from "./read-env.ts";

const schema = z.object({
  WEIR_DATABASE_URL: z.url().describe("Where the runs are."),
  WEIR_PORT: z.coerce.number().default(4000).describe("Port of the API | 0 is any."),
  WEIR_TOKEN: z.string().optional(),
});

describe("describeEnv", () => {
  test("lists name, default, need and meaning, in the schema's order", () => {
    expect(describeEnv(schema)).toEqual([
      {
        name: "WEIR_DATABASE_URL",
        default: undefined,
        required: true,
        description: "Where the runs are.",
      },
      {
        name: "WEIR_PORT",
        default: "4000",
        required: false,
        description: "Port of the API | 0 is any.",
      },
      { name: "WEIR_TOKEN", default: undefined, required: false, description: "" },
    ]);
  });

  test("copes with transforms", () => {
    const listed = z.object({
      WEIR_POOLS: z
        .string()
        .default("cpu")
        .transform((s) => s.split(",")),
    });

    expect(describeEnv(listed)).toMatchObject([{ name: "WEIR_POOLS", default: "cpu" }]);
  });
});

describe("envTable", () => {
  test("writes a markdown table", () => {
    expect(envTable(describeEnv(schema))).toBe(
      [
        "| variable | default | meaning |",
        "|---|---|---|",
        "| `WEIR_DATABASE_URL` | required | Where the runs are. |",
        "| `WEIR_PORT` | `4000` | Port of the API \\| 0 is any. |",
        "| `WEIR_TOKEN` |  |  |",
      ].join("\n"),
    );
  });
});

describe("commonEnv", () => {
  const common = z.object(commonEnv);

  test("works on a laptop with nothing set", () => {
    expect(readEnv(common, {})).toEqual({
      WEIR_NATS_URL: "nats://127.0.0.1:4222",
      WEIR_LOG_LEVEL: "info",
      WEIR_HEALTH_PORT: 0,
      WEIR_DRAIN_TIMEOUT_MS: 30_000,
    });
  });

  test("takes several NATS servers, and nothing that is none", () => {
    const two = "nats://a:4222,tls://b:4222";

    expect(readEnv(common, { WEIR_NATS_URL: two }).WEIR_NATS_URL).toBe(two);
    expect(() => readEnv(common, { WEIR_NATS_URL: "http://a" })).toThrow(/WEIR_NATS_URL/);
    expect(() => readEnv(common, { WEIR_NATS_URL: "nats://a,b" })).toThrow(/WEIR_NATS_URL/);
  });

  test("says what each variable is for", () => {
    expect(describeEnv(common).filter((variable) => variable.description === "")).toEqual([]);
  });
});
