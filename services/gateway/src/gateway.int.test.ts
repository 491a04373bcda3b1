import { startTelemetry } from "@weirflow/telemetry";
import { describe, expect } from "vitest";
import {
  deployed,
  gatewayTest as test,
  hashOf,
  inline,
  manifest,
  oneRun,
  started,
  work,
} from "../test/fixture.ts";

const RUN = `query ($id: ID!) { run(id: $id) {
  id runId flowName state isOver revision params origin { kind key } durationMs
  flow { name description } version { hash paramsSchema calls { id needs inputs timeoutMs memoryBytes graph { nodes { name kind } edges { from to } } } }
  deployment { name } error { code message node stack taskRun { call } } results { name json output { valueHash } }
  configs { key name version body } lineage { nodeExecutions values bytes }
  artifacts { key kind url taskRun { call } }
  taskRuns { call state attempt needs error { node message } outputs { name json valueHash }
    attempts { number state worker error { message } } nodeExecutions { node } } } }`;

describe("deploy", () => {
  test("makes a deployment with its flow, configs, schedules and triggers", async ({ gateway }) => {
    const answer = await deployed(gateway);

    expect(answer.data.deploy).toMatchObject({
      __typename: "DeployPayload",
      created: true,
      deployment: { name: "default" },
    });
    const { data } = await gateway.query(`{ deployment(ref: "sums") {
      flow { name } version { hash } schedules { slug paused nextAt next(count: 3) } triggers { slug kind of } } }`);
    expect(data.deployment).toMatchObject({
      flow: { name: "sums" },
      version: { hash: hashOf("f") },
      triggers: [{ slug: "arrived", kind: "SUBJECT", of: "ingest.sums.>" }],
    });
    const [schedule] = data.deployment.schedules;
    expect(schedule.next).toHaveLength(3);
    expect(schedule.next[0]).toBe(schedule.nextAt);
    expect(schedule.nextAt.slice(11)).toBe("09:00:00.000Z");
  });

  test("says that it was there when it is deployed again", async ({ gateway }) => {
    await deployed(gateway);

    expect((await deployed(gateway)).data.deploy.created).toBe(false);
  });

  test("points at everything that is wrong with a manifest", async ({ gateway }) => {
    const bad = { ...manifest(), flow: "no spaces please", calls: [{ id: "x" }] };

    const { data } = await gateway.query(
      `mutation ($m: JSONObject!) { deploy(input: { manifest: $m }) { ... on InvalidInputError { problems { path } } } }`,
      { m: bad },
    );

    const paths = data.deploy.problems.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(["/flow", "/calls/0/pool"]));
  });

  test("refuses schedules that never are, and triggers on subjects that nobody captures", async ({
    gateway,
  }) => {
    const schedules = [{ slug: "x", kind: "cron", cron: "not a pattern" }];
    const triggers = [{ slug: "y", kind: "subject", of: "weir.work.cpu" }];

    const { data } = await deployed(gateway, manifest("sums", { schedules, triggers }));

    expect(data.deploy.__typename).toBe("InvalidInputError");
    expect(data.deploy.problems.map(({ path }: { path: string }) => path)).toEqual([
      "/schedules/0",
      "/triggers/0/of",
    ]);
  });
});

describe("startRun", () => {
  test("accepts a run with defaults filled in, and pins its configs", async ({ gateway }) => {
    const runId = await oneRun(gateway);

    const { data, errors } = await gateway.query(RUN, { id: runId });

    expect(errors).toBeUndefined();
    expect(data.run).toMatchObject({
      id: `Run:${runId}`,
      flowName: "sums",
      state: "SCHEDULED",
      isOver: false,
      params: { base: 4, note: "none" },
      origin: { kind: "MANUAL" },
      flow: { name: "sums", description: "Adds numbers." },
      configs: [
        {
          key: "training",
          name: "training",
          version: 1,
          body: { seed: 7, password: { $secret: true } },
        },
      ],
      lineage: { nodeExecutions: 0, values: 0, bytes: 0 },
      version: {
        calls: [
          { id: "compute", timeoutMs: 60_000, memoryBytes: 2_000_000_000 },
          { id: "report", timeoutMs: null, memoryBytes: null },
        ],
      },
    });
    expect(
      data.run.taskRuns.map((one: { call: string; state: string }) => [one.call, one.state]),
    ).toEqual([
      ["compute", "READY"],
      ["report", "PENDING"],
    ]);
  });

  test("refuses parameters with path and reason before any run exists", async ({ gateway }) => {
    await deployed(gateway);

    const { data } = await started(gateway, {
      deployment: "sums/default",
      params: { base: "four", nope: 1 },
    });

    expect(data.startRun.__typename).toBe("InvalidInputError");
    expect(data.startRun.problems).toEqual(
      expect.arrayContaining([
        { path: "/base", message: "must be number" },
        expect.objectContaining({ path: "/nope" }),
      ]),
    );
    expect((await gateway.query("{ runs { nodes { runId } } }")).data.runs.nodes).toEqual([]);
  });

  test("gives the same run for the same key", async ({ gateway }) => {
    await deployed(gateway);
    const input = { deployment: "sums", params: { base: 4 }, idempotencyKey: "once" };

    const [first, second] = [await started(gateway, input), await started(gateway, input)];

    expect([first.data.startRun.created, second.data.startRun.created]).toEqual([true, false]);
    expect(second.data.startRun.run.runId).toBe(first.data.startRun.run.runId);
  });

  test("names the nearest deployment when there is none of the name", async ({ gateway }) => {
    await deployed(gateway);

    const { data } = await started(gateway, { deployment: "sum" });

    expect(data.startRun).toMatchObject({
      __typename: "NotFoundError",
      didYouMean: "sums/default",
      what: 'deployment "sum"',
    });
  });

  test("continues the caller's trace, and keeps it with the run", async ({ gateway }) => {
    await using _telemetry = startTelemetry({ service: "test" });
    await deployed(gateway);
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    const document = `mutation { startRun(input: { deployment: "sums", params: { base: 1 } }) { ... on StartRunPayload { run { runId traceId } } } }`;

    const { data } = await gateway.query(document, {}, { traceparent });

    const { run } = data.startRun;
    const row = await gateway.store.db
      .selectFrom("runs")
      .select("traceparent")
      .where("id", "=", run.runId)
      .executeTakeFirstOrThrow();
    expect(run.traceId).toBe(traceId);
    expect(row.traceparent).not.toBe(traceparent); // the mutation's span, not the caller's
  });

  test("begins a trace when the caller has none", async ({ gateway }) => {
    await using _telemetry = startTelemetry({ service: "test" });
    await deployed(gateway);

    const { data } = await started(gateway);

    expect(data.startRun.run.traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("run", () => {
  test("shows results, outputs and attempts of a run that is done", async ({ gateway }) => {
    const runId = await oneRun(gateway);
    await work(gateway, { runId, call: "compute", report: { outputs: { total: inline("[5]") } } });
    await work(gateway, {
      runId,
      call: "report",
      report: { outputs: { text: inline('["five"]', "c") } },
    });

    const { data } = await gateway.query(RUN, { id: `Run:${runId}` });

    expect(data.run).toMatchObject({ state: "COMPLETED", isOver: true, error: null });
    expect(data.run.results).toEqual([
      { name: "text", json: "five", output: { valueHash: hashOf("c") } },
    ]);
    expect(data.run.taskRuns[0]).toMatchObject({
      outputs: [{ name: "total", json: 5, valueHash: hashOf("e") }],
      attempts: [{ number: 1, state: "SUCCEEDED", worker: "test/1", error: null }],
    });
    expect(data.run.taskRuns[1].needs).toEqual(["compute"]);
  });

  test("shows node, message and stack of what failed it", async ({ gateway }) => {
    const runId = await oneRun(gateway);
    const error = {
      code: "unknown",
      message: "no rows",
      node: "total",
      stack: "Error: no rows\n    at total (sums.ts:3:9)",
    };
    await work(gateway, { runId, call: "compute", report: { outcome: "failed", error } });

    const { data } = await gateway.query(RUN, { id: runId });

    expect(data.run.state).toBe("FAILED");
    expect(data.run.error).toEqual({ ...error, taskRun: { call: "compute" } });
  });

  test("is null for an id that no run has, and for one that no run can have", async ({
    gateway,
  }) => {
    const { data } = await gateway.query(
      `{ a: run(id: "0199c1d0-0000-7000-8000-000000000000") { runId } b: run(id: "nonsense") { runId } }`,
    );

    expect(data).toEqual({ a: null, b: null });
  });

  test("is found again by node and nodes", async ({ gateway }) => {
    const runId = await oneRun(gateway);

    const { data } = await gateway.query(
      `query ($ids: [ID!]!, $id: ID!) { node(id: $id) { __typename id } nodes(ids: $ids) { id } }`,
      { id: `Run:${runId}`, ids: ["Flow:sums", `Run:${runId}`] },
    );

    expect(data).toEqual({
      node: { __typename: "Run", id: `Run:${runId}` },
      nodes: [{ id: "Flow:sums" }, { id: `Run:${runId}` }],
    });
  });
});

describe("cancelRun", () => {
  const CANCEL = `mutation ($id: ID!) { cancelRun(input: { id: $id, reason: "changed my mind" }) { __typename
    ... on CancelRunPayload { run { state reason } } ... on InvalidStateError { message state } ... on NotFoundError { message } } }`;

  test("cancels a run that has not begun, and then says that it is over", async ({ gateway }) => {
    const id = await oneRun(gateway);

    const first = await gateway.query(CANCEL, { id });
    const second = await gateway.query(CANCEL, { id });

    expect(first.data.cancelRun).toMatchObject({
      __typename: "CancelRunPayload",
      run: { state: "CANCELLED" },
    });
    expect(second.data.cancelRun).toMatchObject({
      __typename: "InvalidStateError",
      state: "CANCELLED",
    });
  });

  test("does not find a run that never was", async ({ gateway }) => {
    const { data } = await gateway.query(CANCEL, { id: "0199c1d0-0000-7000-8000-000000000000" });

    expect(data.cancelRun.__typename).toBe("NotFoundError");
  });
});

describe("saveConfig", () => {
  const SAVE = `mutation ($input: SaveConfigInput!) { saveConfig(input: $input) { __typename
    ... on SaveConfigPayload { config { version body } } ... on InvalidInputError { problems { path message } }
    ... on ConflictError { currentVersion } ... on NotFoundError { message } } }`;
  const save = async (gateway: Parameters<typeof deployed>[0], input: object) =>
    (await gateway.query(SAVE, { input: { name: "training", ...input } })).data.saveConfig;

  test("saves a new version and keeps the secret that was masked", async ({ gateway }) => {
    await deployed(gateway);

    const saved = await save(gateway, {
      body: { seed: 8, password: { $secret: true } },
      expectedVersion: 1,
    });

    expect(saved).toEqual({
      __typename: "SaveConfigPayload",
      config: { version: 2, body: { seed: 8, password: { $secret: true } } },
    });
    const rows = await gateway.store.db
      .selectFrom("config_versions")
      .select("body")
      .where("version", "=", 2)
      .execute();
    expect(rows).toEqual([{ body: { seed: 8, password: "hush" } }]);
  });

  test("refuses a document that does not fit, and one that is stale", async ({ gateway }) => {
    await deployed(gateway);

    const misfit = await save(gateway, { body: { seed: "eight" } });
    const stale = await save(gateway, { body: { seed: 8 }, expectedVersion: 3 });
    const unknown = await save(gateway, { name: "nothing", body: {} });

    expect(misfit.problems).toEqual([{ path: "/seed", message: "must be integer" }]);
    expect(stale).toEqual({ __typename: "ConflictError", currentVersion: 1 });
    expect(unknown.__typename).toBe("NotFoundError");
  });

  test("keeps every version, newest first, without secrets", async ({ gateway }) => {
    await deployed(gateway);
    await save(gateway, { body: { seed: 8 } });

    const { data } = await gateway.query(
      `{ config(name: "training") { version schema versions(first: 5) { nodes { version body } } } }`,
    );

    expect(data.config.versions.nodes).toEqual([
      { version: 2, body: { seed: 8 } },
      { version: 1, body: { seed: 7, password: { $secret: true } } },
    ]);
  });
});

describe("pauseSchedule", () => {
  const PAUSE = `mutation ($input: PauseScheduleInput!) { pauseSchedule(input: $input) { __typename
    ... on PauseSchedulePayload { schedule { paused nextAt next(count: 1) } } ... on NotFoundError { message didYouMean } } }`;

  test("pauses a schedule and lets it go on", async ({ gateway }) => {
    await deployed(gateway);

    const paused = await gateway.query(PAUSE, { input: { deployment: "sums", slug: "morning" } });
    const resumed = await gateway.query(PAUSE, {
      input: { deployment: "sums", slug: "morning", paused: false },
    });

    expect(paused.data.pauseSchedule.schedule).toMatchObject({ paused: true, nextAt: null });
    expect(paused.data.pauseSchedule.schedule.next).toHaveLength(1);
    expect(resumed.data.pauseSchedule.schedule.nextAt).not.toBeNull();
  });

  test("names the nearest schedule", async ({ gateway }) => {
    await deployed(gateway);

    const { data } = await gateway.query(PAUSE, { input: { deployment: "sums", slug: "mornin" } });

    expect(data.pauseSchedule).toMatchObject({
      __typename: "NotFoundError",
      didYouMean: "morning",
    });
  });
});
