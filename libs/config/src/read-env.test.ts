import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test as base, describe, expect } from "vitest";
import { z } from "zod";
import { ConfigError } from "./errors.ts";
import { readEnv } from "./read-env.ts";

const schema = z.object({
  WEIR_DATABASE_URL: z.url(),
  WEIR_DRAIN_TIMEOUT_MS: z.coerce.number().int().positive().default(30_000),
  WEIR_TOKEN: z.string().min(8).optional(),
});
const URL_OF_DB = "postgres://weir@127.0.0.1/weir";

// oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures from the pattern
const test = base.extend("folder", async ({}, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), "weirflow-test-config-"));
  onCleanup(() => rmSync(folder, { recursive: true }));
  return folder;
});

function problemsOf(env: Record<string, string>): ConfigError["problems"] {
  try {
    readEnv(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("readEnv", () => {
  test("gives one typed object, with defaults", () => {
    const config = readEnv(schema, { WEIR_DATABASE_URL: URL_OF_DB, PATH: "/bin" });

    expect(config).toEqual({ WEIR_DATABASE_URL: URL_OF_DB, WEIR_DRAIN_TIMEOUT_MS: 30_000 });
  });

  test("reads numbers", () => {
    const config = readEnv(schema, { WEIR_DATABASE_URL: URL_OF_DB, WEIR_DRAIN_TIMEOUT_MS: "5" });

    expect(config.WEIR_DRAIN_TIMEOUT_MS).toBe(5);
  });

  test("takes an empty variable for an unset one", () => {
    const config = readEnv(schema, {
      WEIR_DATABASE_URL: URL_OF_DB,
      WEIR_DRAIN_TIMEOUT_MS: "",
      WEIR_TOKEN: "",
    });

    expect(config).toEqual({ WEIR_DATABASE_URL: URL_OF_DB, WEIR_DRAIN_TIMEOUT_MS: 30_000 });
  });

  test("reads a value from the file that NAME_FILE names, without its last line end", ({
    folder,
  }) => {
    const path = join(folder, "token");
    writeFileSync(path, "correct horse \n");

    const config = readEnv(schema, { WEIR_DATABASE_URL: URL_OF_DB, WEIR_TOKEN_FILE: path });

    expect(config.WEIR_TOKEN).toBe("correct horse ");
  });

  test("lists every problem at once", ({ folder }) => {
    const missing = join(folder, "nothing");

    expect(problemsOf({ WEIR_DRAIN_TIMEOUT_MS: "-1", WEIR_TOKEN_FILE: missing })).toEqual([
      { name: "WEIR_TOKEN", reason: "the file of WEIR_TOKEN_FILE cannot be read (ENOENT)" },
      { name: "WEIR_DATABASE_URL", reason: "is required and not set" },
      { name: "WEIR_DRAIN_TIMEOUT_MS", reason: expect.stringContaining(">0") },
    ]);
  });

  test("refuses a variable that is given twice", ({ folder }) => {
    const env = { WEIR_DATABASE_URL: URL_OF_DB, WEIR_TOKEN: "12345678", WEIR_TOKEN_FILE: folder };

    expect(problemsOf(env)).toEqual([
      { name: "WEIR_TOKEN", reason: "is set, and so is WEIR_TOKEN_FILE; keep one of them" },
    ]);
  });

  test("writes the sentence of its error", () => {
    expect(() => readEnv(schema, {})).toThrow(
      'the environment has 1 problem(s): "WEIR_DATABASE_URL": is required and not set',
    );
  });

  test("never repeats a value in an error", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{6}7$/), (secret) => {
        const env = {
          WEIR_DATABASE_URL: secret,
          WEIR_DRAIN_TIMEOUT_MS: secret,
          WEIR_TOKEN: secret,
        };
        const problems = problemsOf(env);
        expect(problems).toHaveLength(3);
        expect(JSON.stringify(problems)).not.toContain(secret);
      }),
    );
  });
});
