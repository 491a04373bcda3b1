import { readFileSync } from "node:fs";
import { describeEnv, envTable } from "@weirflow/config";
import { expect, test } from "vitest";
import { configSchema, readConfig } from "./config.ts";

test("works on a laptop without a variable", () => {
  expect(readConfig({})).toMatchObject({
    WEIR_DATABASE_URL: "postgres://postgres@127.0.0.1:5432/weirflow",
    WEIR_NATS_URL: "nats://127.0.0.1:4222",
    WEIR_LEASE_MS: 15_000,
    WEIR_MIGRATE: true,
    WEIR_TRIGGER_SUBJECTS: ["ingest.>"],
  });
});

test("takes several subjects, and a schema that someone else keeps", () => {
  expect(
    readConfig({ WEIR_TRIGGER_SUBJECTS: "ingest.>, orders.*", WEIR_MIGRATE: "false" }),
  ).toMatchObject({ WEIR_TRIGGER_SUBJECTS: ["ingest.>", "orders.*"], WEIR_MIGRATE: false });
});

test("names every variable that is wrong at once", () => {
  expect(() => readConfig({ WEIR_DATABASE_URL: "mysql://x/y", WEIR_LEASE_MS: "5" })).toThrow(
    /WEIR_DATABASE_URL[^]*WEIR_LEASE_MS/,
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
