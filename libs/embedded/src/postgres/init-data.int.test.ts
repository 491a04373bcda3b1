import { readdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { scratchFolder } from "@weirflow/testing";
import { test as base, describe, expect } from "vitest";
import { machineEnv } from "../machine-env.ts";
import { initData, isInitialised } from "./init-data.ts";
import { type Placement, placePostgres } from "./placement.ts";

// oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures from the pattern
const test = base.extend("dir", async ({}, { onCleanup }) => {
  const folder = await scratchFolder("init");
  onCleanup(async () => await rm(folder, { recursive: true }));
  return folder;
});

async function place(dir: string): Promise<Placement> {
  return await placePostgres(dir, machineEnv());
}

describe("initData", () => {
  test("makes a data folder that only its owner can enter, and nothing beside it", async ({
    dir,
  }) => {
    const placement = await place(dir);

    await initData(placement, { password: "secret", template: undefined });

    expect(await isInitialised(placement.dataFolder)).toBe(true);
    expect(statSync(placement.dataFolder).mode & 0o777).toBe(0o700);
    expect(readdirSync(dir)).toEqual(["data"]);
  });

  test("keeps a template, and copies it the next time", async ({ dir }) => {
    const template = join(dir, "template");
    const [one, two] = [await place(join(dir, "one")), await place(join(dir, "two"))];

    await initData(one, { password: undefined, template });
    const made = statSync(join(template, one.version, "PG_VERSION")).mtimeMs;
    await initData(two, { password: undefined, template });

    expect(await isInitialised(two.dataFolder)).toBe(true);
    expect(readdirSync(template)).toEqual([one.version]);
    expect(statSync(join(template, one.version, "PG_VERSION")).mtimeMs).toBe(made);
  });

  test("never copies one that has a password", async ({ dir }) => {
    const template = join(dir, "template");

    await initData(await place(join(dir, "one")), { password: "secret", template });

    expect(readdirSync(dir)).toEqual(["one"]);
  });

  test("leaves nothing half done when initdb fails, and says what it said", async ({ dir }) => {
    const placement = { ...(await place(dir)), initdb: "/bin/ls" };

    const refused = initData(placement, { password: undefined, template: undefined });

    await expect(refused).rejects.toMatchObject({ code: "embedded/start-failed" });
    await expect(refused).rejects.toThrow(/`initdb` failed\n.*ls/);
    expect(readdirSync(dir)).toEqual([]);
  });
});
