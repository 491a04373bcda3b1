import { parseDeploymentId } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { deploy } from "./deploy.ts";
import { call, manifestOf } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import type { Store } from "./open-store.ts";
import { saveConfig, setSchedulePaused } from "./save-config.ts";

async function deployed(store: Store): Promise<void> {
  const configs = { training: { name: "training", schema: {}, initial: { rate: 1 } } };
  await deploy(store, { manifest: manifestOf([call("a")], { configs }) }, signal);
}
const body = { rate: 2 };

describe("saveConfig", () => {
  test("saves a new version, and keeps the old ones", async ({ store }) => {
    await deployed(store);

    expect(await saveConfig(store, { name: "training", body, expectedVersion: 1 }, signal)).toEqual(
      {
        kind: "saved",
        version: 2,
      },
    );
    expect(
      await store.db
        .selectFrom("config_versions")
        .select(["version", "body"])
        .orderBy("version")
        .execute(),
    ).toEqual([
      { version: 1, body: { rate: 1 } },
      { version: 2, body: { rate: 2 } },
    ]);
  });

  test("lets one of two win who edited the same version", async ({ store }) => {
    await deployed(store);
    const request = { name: "training", body, expectedVersion: 1 };

    const both = await Promise.all([
      saveConfig(store, request, signal),
      saveConfig(store, request, signal),
    ]);

    expect(both).toContainEqual({ kind: "saved", version: 2 });
    expect(both).toContainEqual({ kind: "conflict", currentVersion: 2 });
  });

  test("finds no config that no flow has named", async ({ store }) => {
    expect(await saveConfig(store, { name: "nothing", body }, signal)).toEqual({
      kind: "not-found",
    });
  });
});

describe("setSchedulePaused", () => {
  test("says false when there is no such schedule", async ({ store }) => {
    const deploymentId = parseDeploymentId("00000000-0000-7000-8000-000000000000");

    expect(await setSchedulePaused(store, { deploymentId, slug: "x", paused: true }, signal)).toBe(
      false,
    );
  });
});
