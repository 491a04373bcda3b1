import { flowManifestSchema, type RunId } from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { serverTest } from "@weirflow/testing";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { acceptRun } from "../accept-run.ts";
import { deploy } from "../deploy.ts";
import { migrate } from "../migrate.ts";
import { openStore, type Store } from "../open-store.ts";
import { findArtifact } from "./read-artifacts.ts";
import { configsByNames, pageOfConfigVersions } from "./read-configs.ts";
import { deploymentNamed, deploymentNames, pagesOfDeployments } from "./read-deployments.ts";
import { flowsByNames, pageOfFlows } from "./read-flows.ts";
import {
  pageOfRuns,
  pagesOfRuns,
  pinnedConfigsOfRuns,
  runRevision,
  runsByIds,
} from "./read-runs.ts";
import { pageOfSchedules, schedulesOfDeployments } from "./read-schedules.ts";
import { attemptsOfTaskRuns, taskRunsByIds, taskRunsOfRuns } from "./read-task-runs.ts";

const { signal } = new AbortController();
const nobody = "0199c1d0-0000-7000-8000-000000000000";

const test = serverTest.extend("store", async ({ databaseUrl }, { onCleanup }): Promise<Store> => {
  const store = openStore({ url: databaseUrl, applicationName: "test", logger: silentLogger });
  onCleanup(async () => await store[Symbol.asyncDispose]());
  await migrate(store, signal);
  return store;
});

/** A flow with one task, deployed, and as many runs as asked for, oldest first. */
async function flowWith(
  store: Store,
  flow: string,
  runs: number,
): Promise<{ id: string; runIds: RunId[] }> {
  const call = {
    id: "work",
    task: "work",
    pool: "cpu",
    inputs: {},
    outputs: [],
    needs: [],
    graph: { nodes: [], edges: [] },
  };
  const doc = { name: `${flow}-doc`, schema: { type: "object" }, initial: { seed: 1 } };
  const manifest = flowManifestSchema.parse({
    flow,
    version: Buffer.from(flow).toString("hex").padStart(64, "0"),
    paramsSchema: {},
    configs: { doc },
    calls: [call],
    results: {},
    schedules: [{ slug: "s", kind: "daily", at: "06:00" }],
    triggers: [],
  });
  const { deploymentId } = await deploy(store, { manifest }, signal);
  const runIds: RunId[] = [];
  for (let i = 0; i < runs; i++) {
    const origin = { kind: "manual", key: String(i) } as const;
    runIds.push((await acceptRun(store, { deploymentId, params: {}, origin }, signal)).runId);
  }
  return { id: deploymentId, runIds };
}

const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

describe("pages of runs", () => {
  test("go from the newest to the oldest, and back", async ({ store }) => {
    const { runIds } = await flowWith(store, "a", 5);
    const newest = runIds.toReversed();

    const first = await pageOfRuns(store, { page: { limit: 2 } }, signal);
    const second = await pageOfRuns(store, { page: { limit: 2, after: newest[1] } }, signal);
    const back = await pageOfRuns(
      store,
      { page: { limit: 2, before: newest[3], inverted: true } },
      signal,
    );

    expect([first, second, back].map(idsOf)).toEqual([
      newest.slice(0, 2),
      newest.slice(2, 4),
      [newest[2], newest[1]],
    ]);
  });

  test("of several flows have a limit each", async ({ store }) => {
    const [a, b] = [await flowWith(store, "a", 3), await flowWith(store, "b", 1)];

    const rows = await pagesOfRuns(
      store,
      { by: "flow", keys: ["a", "b", "c"], filter: {}, page: { limit: 2 } },
      signal,
    );
    const own = await pagesOfRuns(
      store,
      { by: "deployment_id", keys: [a.id], filter: { states: ["COMPLETED"] }, page: { limit: 2 } },
      signal,
    );

    expect(new Set(idsOf(rows))).toEqual(new Set([...a.runIds.slice(1), ...b.runIds]));
    expect(own).toEqual([]);
  });

  test("use the index of their flow", async ({ store }) => {
    await store.db.transaction().execute(async (trx) => {
      await sql`set local enable_seqscan = off`.execute(trx);
      const { rows } = await sql<{
        "QUERY PLAN": string;
      }>`explain select id from runs where flow = 'a' and id < ${nobody} order by id desc limit 3`.execute(
        trx,
      );
      expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toMatch(/runs_of_flow|runs_pkey/);
    });
  });
});

describe("lookups by key", () => {
  test("answer in the order of the keys, undefined for unknown ones", async ({ store }) => {
    const { runIds } = await flowWith(store, "a", 2);
    const [one, two] = runIds;

    const runs = await runsByIds(store, [two ?? "", nobody, one ?? ""], signal);
    const flows = await flowsByNames(store, ["nope", "a"], signal);

    expect(runs.map((run) => run?.id)).toEqual([two, undefined, one]);
    expect(flows.map((flow) => flow?.name)).toEqual([undefined, "a"]);
  });

  test("know how far a run is", async ({ store }) => {
    const { runIds } = await flowWith(store, "a", 1);

    expect(await runRevision(store, runIds[0] ?? "", signal)).toMatchObject({ isOver: false });
    expect(await runRevision(store, nobody, signal)).toBeUndefined();
  });

  test("find the parts of runs", async ({ store }) => {
    const { runIds } = await flowWith(store, "a", 2);

    const tasks = await taskRunsOfRuns(store, runIds, signal);
    const again = await taskRunsByIds(store, idsOf(tasks), signal);
    const pinned = await pinnedConfigsOfRuns(store, runIds, signal);

    expect(tasks.map(({ call, state }) => [call, state])).toEqual([
      ["work", "READY"],
      ["work", "READY"],
    ]);
    expect(again).toEqual(tasks);
    expect(pinned.map(({ key, name, version, body }) => [key, name, version, body])).toEqual([
      ["doc", "a-doc", 1, { seed: 1 }],
      ["doc", "a-doc", 1, { seed: 1 }],
    ]);
    expect(await attemptsOfTaskRuns(store, idsOf(tasks), signal)).toEqual([]);
    expect(
      await findArtifact(store, { runId: nobody, taskRunId: nobody, key: "x" }, signal),
    ).toBeUndefined();
  });
});

describe("definitions", () => {
  test("are listed by name, with the version that was deployed last", async ({ store }) => {
    await flowWith(store, "b", 0);
    await flowWith(store, "a", 0);

    const flows = await pageOfFlows(store, { limit: 10 }, signal);

    expect(flows.map(({ name, version }) => [name, version.slice(-2)])).toEqual([
      ["a", "61"],
      ["b", "62"],
    ]);
    expect(
      (await pageOfFlows(store, { limit: 10, after: "a" }, signal)).map(({ name }) => name),
    ).toEqual(["b"]);
  });

  test("are found by the names that people use", async ({ store }) => {
    const { id } = await flowWith(store, "a", 0);

    expect((await deploymentNamed(store, { flow: "a", name: "default" }, signal))?.id).toBe(id);
    expect(await deploymentNamed(store, { flow: "a", name: "other" }, signal)).toBeUndefined();
    expect(await deploymentNames(store, signal)).toEqual(["a/default"]);
    expect(
      idsOf(await pagesOfDeployments(store, { flows: ["a", "b"], page: { limit: 5 } }, signal)),
    ).toEqual([id]);
  });

  test("show schedules that were not removed", async ({ store }) => {
    const { id } = await flowWith(store, "a", 0);
    expect(await schedulesOfDeployments(store, [id], signal)).toHaveLength(1);

    await store.db.updateTable("schedules").set({ removed: true }).execute();

    expect(await schedulesOfDeployments(store, [id], signal)).toEqual([]);
    expect(await pageOfSchedules(store, { limit: 5 }, signal)).toEqual([]);
  });

  test("keep the versions of configs", async ({ store }) => {
    await flowWith(store, "a", 0);

    const [config] = await configsByNames(store, ["a-doc"], signal);
    const versions = await pageOfConfigVersions(
      store,
      { name: "a-doc", page: { limit: 5 } },
      signal,
    );

    expect(config).toMatchObject({ version: 1, body: { seed: 1 } });
    expect(versions.map(({ version }) => version)).toEqual([1]);
  });
});
