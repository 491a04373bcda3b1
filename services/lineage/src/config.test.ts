import { readFileSync } from "node:fs";
import { describeEnv, envTable } from "@weirflow/config";
import { expect, test } from "vitest";
import { configSchema, readConfig } from "./config.ts";

test("works on a laptop without a variable", () => {
  expect(readConfig({}).WEIR_LINEAGE_DATABASE_URL).toBe(
    "postgres://postgres@127.0.0.1:5432/weirflow_lineage",
  );
});

test("refuses a database that is no Postgres, and names the variable", () => {
  expect(() => readConfig({ WEIR_LINEAGE_DATABASE_URL: "mysql://x/y" })).toThrow(
    "WEIR_LINEAGE_DATABASE_URL",
  );
});

test("says what each variable means", () => {
  expect(describeEnv(configSchema).filter(({ description }) => description === "")).toEqual([]);
});

test("stands in the README as it is", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const squeezed = (text: string): string => text.replaceAll(/ +/g, " ");

  const rows = envTable(describeEnv(configSchema)).split("\n").slice(2);

  for (const row of rows) expect(squeezed(readme)).toContain(squeezed(row));
});
