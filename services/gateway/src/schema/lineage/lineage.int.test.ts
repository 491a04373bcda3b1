import { randomUUID } from "node:crypto";
import { type LineageChunk, lineageChunkSchema, logLineSchema } from "@weirflow/contracts";
import { recordChunk, recordLogs } from "@weirflow/lineage-store";
import { describe, expect } from "vitest";
import {
  deployed,
  gatewayTest as test,
  hashOf,
  inline,
  signal,
  started,
  work,
} from "../../../test/fixture.ts";

type Gateway = Parameters<typeof deployed>[0];

/** A run of both tasks whose lineage is recorded: `total` came from `base`, `text` from `total` and the seed. */
async function recorded(
  gateway: Gateway,
  given: { base: number; seed?: string; total?: string },
): Promise<string> {
  await deployed(gateway);
  const { data } = await started(gateway, { deployment: "sums", params: { base: given.base } });
  const { runId } = data.startRun.run;
  const { total = hashOf("e"), seed = hashOf("7") } = given;
  const compute = await work(gateway, {
    runId,
    call: "compute",
    report: { outputs: { total: inline("[5]") } },
  });
  const report = await work(gateway, {
    runId,
    call: "report",
    report: { outputs: { text: inline("[6]", "c") } },
  });
  await recordChunk(
    gateway.lineage,
    chunk(compute, {
      inputs: [{ name: "base", valueHash: hashOf(String(given.base)) }],
      node: "total",
      valueHash: total,
      cacheKey: hashOf(String(given.base)),
    }),
    signal,
  );
  const from = { taskRunId: compute.taskRunId, attempt: 1, output: "total" };
  const inputs = [
    { name: "total", valueHash: total, from },
    { name: "seed", valueHash: seed },
  ];
  await recordChunk(
    gateway.lineage,
    chunk(report, { inputs, node: "text", valueHash: hashOf("c"), cacheKey: seed }),
    signal,
  );
  return runId as string;
}

interface Made {
  readonly inputs: readonly object[];
  readonly node: string;
  readonly valueHash: string;
  readonly cacheKey: string;
}

function chunk(
  grant: Awaited<ReturnType<typeof work>>,
  { inputs, node, valueHash, cacheKey }: Made,
): LineageChunk {
  const { runId, taskRunId, attempt, claimId, flow, version, call, task, pool } = grant;
  const names = inputs.map((input) => (input as { name: string }).name); // written above
  const nodes = [
    ...names.map((name) => ({ name, kind: "input", dependencies: [] })),
    { name: node, kind: "function", dependencies: [], codeVersion: hashOf("2") },
  ];
  return lineageChunkSchema.parse({
    v: 1,
    runId,
    taskRunId,
    attempt,
    claimId,
    chunk: 0,
    chunks: 1,
    header: {
      flow,
      version,
      call,
      task,
      pool,
      inputs,
      graphHash: hashOf(call === "compute" ? "1" : "9"),
      graph: { nodes, edges: names.map((name) => [name, node]) },
      startedAt: "2026-03-02T10:00:00.000Z",
      endedAt: "2026-03-02T10:00:01.000Z",
      outcome: "succeeded",
      worker: "test/1",
      configs: {},
      outputs: [],
    },
    nodes: [
      {
        node,
        state: "succeeded",
        startUs: 1,
        durationUs: 2,
        valueHash,
        cacheKey,
        sizeBytes: 10,
        summary: { type: "number", preview: "5" },
        facts: { path: "rows.csv", rows: 4 },
      },
    ],
  });
}

describe("lineage of a run", () => {
  test("is counted, and shows each node with the summary of its value", async ({ gateway }) => {
    const runId = await recorded(gateway, { base: 4 });

    const { data, errors } = await gateway.query(
      `query ($id: ID!) { run(id: $id) { lineage { nodeExecutions values bytes }
        taskRuns { nodeExecutions { node state attempt durationUs codeVersion valueHash sizeBytes summary { type preview } checks { ok } facts run { runId } taskRun { call } } } } }`,
      { id: runId },
    );

    expect(errors).toBeUndefined();
    expect(data.run.lineage).toEqual({ nodeExecutions: 2, values: 2, bytes: 20 });
    expect(data.run.taskRuns[0].nodeExecutions).toEqual([
      {
        node: "total",
        state: "SUCCEEDED",
        attempt: 1,
        durationUs: 2,
        codeVersion: hashOf("2"),
        valueHash: hashOf("e"),
        sizeBytes: 10,
        summary: { type: "number", preview: "5" },
        checks: [],
        facts: { path: "rows.csv", rows: 4 },
        run: { runId },
        taskRun: { call: "compute" },
      },
    ]);
  });
});

describe("compareRuns", () => {
  test("names inputs and configs as root causes, and what follows from them", async ({
    gateway,
  }) => {
    const left = await recorded(gateway, { base: 4 });
    const right = await recorded(gateway, { base: 5, total: hashOf("d"), seed: hashOf("8") });

    const { data } = await gateway.query(
      `query ($left: ID!, $right: ID!) { compareRuns(left: $left, right: $right) { left { runId } nodes { call node cause } rootCauses { node cause } } }`,
      { left, right },
    );

    const causes = Object.fromEntries(
      data.compareRuns.nodes.map((one: { call: string; node: string; cause: string }) => [
        `${one.call}.${one.node}`,
        one.cause,
      ]),
    );
    expect(causes).toEqual({
      "compute.base": "INPUT",
      "compute.total": "UPSTREAM",
      "report.total": "UPSTREAM",
      "report.seed": "CONFIG",
      "report.text": "CONVERGED",
    });
    expect(data.compareRuns.rootCauses).toEqual([
      { node: "base", cause: "INPUT" },
      { node: "seed", cause: "CONFIG" },
    ]);
  });

  test("is null when one of them does not exist", async ({ gateway }) => {
    const left = await recorded(gateway, { base: 4 });

    const { data } = await gateway.query(
      `query ($left: ID!, $right: ID!) { compareRuns(left: $left, right: $right) { nodes { node } } }`,
      { left, right: randomUUID() },
    );

    expect(data.compareRuns).toBeNull();
  });
});

describe("value", () => {
  test("knows where it came from, where it went, and how to make it again", async ({ gateway }) => {
    const runId = await recorded(gateway, { base: 4 });

    const { data } = await gateway.query(
      `query ($hash: String!) { value(hash: $hash) { hash sizeBytes summary { preview } upstream { call node depth } downstream { call node }
        usedBy { runId } reproduction { runId node flow graphHash inputs } } }`,
      { hash: hashOf("e") },
    );

    expect(data.value).toEqual({
      hash: hashOf("e"),
      sizeBytes: 10,
      summary: { preview: "5" },
      upstream: [
        { call: "compute", node: "total", depth: 0 },
        { call: "compute", node: "base", depth: 1 },
      ],
      downstream: [
        { call: "compute", node: "total" },
        { call: "report", node: "total" },
        { call: "report", node: "text" },
      ],
      usedBy: [{ runId }],
      reproduction: {
        runId,
        node: "total",
        flow: "sums",
        graphHash: hashOf("1"),
        inputs: { base: hashOf("4") },
      },
    });
  });

  test("is null when nobody has seen it", async ({ gateway }) => {
    expect(
      (await gateway.query(`{ value(hash: "${hashOf("0")}") { hash } }`)).data.value,
    ).toBeNull();
  });
});

test("nodeHistory lists what a node did, newest run first", async ({ gateway }) => {
  const [older, newer] = [
    await recorded(gateway, { base: 4 }),
    await recorded(gateway, { base: 5 }),
  ];

  const { data } = await gateway.query(
    `{ nodeHistory(flow: "sums", node: "text", first: 5) { run { runId } state } }`,
  );

  expect(data.nodeHistory.map((one: { run: { runId: string } }) => one.run.runId)).toEqual([
    newer,
    older,
  ]);
});

test("logs come in pages, filtered by level", async ({ gateway }) => {
  const runId = await recorded(gateway, { base: 4 });
  const at = new Date().toISOString();
  const line = (level: string, message: string) =>
    logLineSchema.parse({
      v: 1,
      runId,
      taskRunId: randomUUID(),
      attempt: 1,
      level,
      at,
      message,
      fields: { n: 1 },
    });
  await recordLogs(
    gateway.lineage,
    [line("info", "one"), line("debug", "two"), line("error", "three")].map((one, i) => ({
      seq: i + 1,
      line: one,
    })),
    signal,
  );
  const ask = async (args: string) =>
    (
      await gateway.query(
        `query ($id: ID!) { run(id: $id) { logs(${args}) { nodes { message level fields } pageInfo { endCursor hasNextPage } } } }`,
        { id: runId },
      )
    ).data.run.logs;

  const first = await ask("first: 2");
  const second = await ask(`first: 2, after: "${first.pageInfo.endCursor}"`);
  const last = await ask("last: 1");
  const loud = await ask("level: WARN");

  const messages = (page: { nodes: { message: string }[] }) =>
    page.nodes.map(({ message }) => message);
  expect([first, second, last, loud].map(messages)).toEqual([
    ["one", "two"],
    ["three"],
    ["three"],
    ["three"],
  ]);
  expect(first.nodes[0]).toEqual({ message: "one", level: "INFO", fields: { n: 1 } });
});
