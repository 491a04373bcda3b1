import { readFileSync } from "node:fs";
import { describeEnv, envTable } from "@weirflow/config";
import { expect, test } from "vitest";
import { configSchema, readConfig } from "./config.ts";

test("works on a laptop without a variable", () => {
  expect(readConfig({})).toMatchObject({
    WEIR_GATEWAY_HOST: "127.0.0.1",
    WEIR_GATEWAY_PORT: 4280,
    WEIR_TRIGGER_SUBJECTS: ["ingest.>"],
  });
});

test("reads a list of subjects, and refuses a token that is too short without repeating it", () => {
  expect(readConfig({ WEIR_TRIGGER_SUBJECTS: "ingest.>, orders.*" }).WEIR_TRIGGER_SUBJECTS).toEqual(
    ["ingest.>", "orders.*"],
  );
  expect(() => readConfig({ WEIR_API_TOKEN: "tooshort" })).toThrow("WEIR_API_TOKEN");
  expect(() => readConfig({ WEIR_API_TOKEN: "tooshort" })).not.toThrow("tooshort");
});

test("says what each variable means, in the README too", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const squeezed = (text: string): string => text.replaceAll(/ +/g, " ");
  const variables = describeEnv(configSchema);

  const rows = envTable(variables).split("\n").slice(2);

  expect(variables.filter(({ description }) => description === "")).toEqual([]);
  for (const row of rows) expect(squeezed(readme)).toContain(squeezed(row));
});
