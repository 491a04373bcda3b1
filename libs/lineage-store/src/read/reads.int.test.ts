import { randomUUID } from "node:crypto";
import { describe, expect } from "vitest";
import {
  attemptChunk,
  hashOf,
  lineageTest as test,
  node,
  signal,
  uuid7,
} from "../../test/fixture.ts";
import type { LineageStore } from "../lineage-store.ts";
import { recordChunk, recordChunks } from "../record/record-chunks.ts";
import { settleAttempts } from "../settle-attempts.ts";
import { lineageSummaries, lineageSummary } from "./lineage-summary.ts";
import { nodeExecutions, nodeHistory } from "./node-executions.ts";
import { reproduce } from "./reproduce.ts";
import { runsUsing, valuesByHash } from "./values.ts";
import { downstream, upstream } from "./walk.ts";
import { whyDifferent } from "./why-different.ts";

/** A run of two tasks: `compute` makes `total`, `report` reads it and makes `text`. */
async function twoTasks(
  store: LineageStore,
  given: { runId?: string; total?: string; text?: string; code?: string; base?: string } = {},
) {
  const {
    runId = uuid7(),
    total = hashOf("e"),
    text = hashOf("c"),
    code = hashOf("4"),
    base = hashOf("b"),
  } = given;
  const compute = attemptChunk({
    runId,
    header: { inputs: [{ name: "base", valueHash: base }] },
    nodes: [node("doubled", hashOf("d")), node("total", total)],
  });
  const report = attemptChunk({
    runId,
    call: "report",
    header: {
      graphHash: code,
      graph: {
        nodes: [
          { name: "total", kind: "input", dependencies: [], tags: {} },
          {
            name: "text",
            kind: "function",
            dependencies: [{ name: "total", required: true }],
            tags: {},
            codeVersion: code,
          },
        ],
        edges: [["total", "text"]],
      },
      inputs: [
        {
          name: "total",
          valueHash: total,
          from: { taskRunId: compute.taskRunId, attempt: 1, output: "total" },
        },
      ],
    },
    nodes: [node("text", text, { cacheKey: total === hashOf("e") ? hashOf("5") : hashOf("6") })],
  });
  await recordChunks(store, [compute, report], signal);
  return { runId, compute, report };
}

describe("nodeExecutions", () => {
  test("shows the newest accepted attempt, not the superseded one", async ({ store }) => {
    const first = attemptChunk({ nodes: [node("total", hashOf("a"))] });
    const { runId, taskRunId } = first;
    const second = attemptChunk({
      runId,
      taskRunId,
      attempt: 2,
      nodes: [node("total", hashOf("e"))],
    });
    await recordChunks(store, [first, second], signal);
    await settleAttempts(
      store,
      [
        { taskRunId, attempt: 1, accepted: true },
        { taskRunId, attempt: 2, accepted: false },
      ],
      signal,
    );

    const shown = await nodeExecutions(store, { taskRunIds: [taskRunId] }, signal);
    const asked = await nodeExecutions(store, { taskRunIds: [taskRunId], attempt: 2 }, signal);

    expect(shown.map(({ attempt, valueHash }) => [attempt, valueHash])).toEqual([[1, hashOf("a")]]);
    expect(asked.map(({ attempt, valueHash }) => [attempt, valueHash])).toEqual([[2, hashOf("e")]]);
  });

  test("shows the newest pending attempt while none is accepted", async ({ store }) => {
    const first = attemptChunk();
    const { runId, taskRunId } = first;
    await recordChunks(store, [first, attemptChunk({ runId, taskRunId, attempt: 2 })], signal);

    const shown = await nodeExecutions(store, { taskRunIds: [taskRunId] }, signal);

    expect(new Set(shown.map(({ attempt }) => attempt))).toEqual(new Set([2]));
  });

  test("reads back state, times, error, checks and facts", async ({ store }) => {
    const error = { code: "unknown", message: "no rows", stack: "Error: no rows" };
    const checks = [{ name: "finite", ok: false, level: "warn" as const, message: "NaN" }];
    const facts = { path: "data/a.csv", rows: 12, header: true, etag: null };
    const failed = node("total", hashOf("e"), {
      state: "failed",
      startUs: 40,
      durationUs: 2,
      error,
      checks,
      facts,
    });
    const chunk = attemptChunk({ nodes: [failed] });
    await recordChunk(store, chunk, signal);

    const [row] = await nodeExecutions(store, { taskRunIds: [chunk.taskRunId] }, signal);

    expect(row).toMatchObject({
      state: "failed",
      startUs: 40,
      durationUs: 2,
      error,
      checks,
      facts,
      cacheKey: "7".repeat(32),
      call: "compute",
      flow: "sums",
    });
  });
});

describe("lineageSummary", () => {
  test("counts executions, distinct values and their bytes, without inputs", async ({ store }) => {
    const chunk = attemptChunk({
      nodes: [node("doubled", hashOf("e")), node("total", hashOf("e"), { sizeBytes: 8 })],
    });
    await recordChunk(store, chunk, signal);

    expect(await lineageSummary(store, chunk.runId, signal)).toEqual({
      nodeExecutions: 2,
      values: 1,
      bytes: 8,
    });
  });

  test("is all zeros for a run without lineage, in the order of the ids", async ({ store }) => {
    const { runId } = await twoTasks(store);

    const summaries = await lineageSummaries(store, [randomUUID(), runId], signal);

    expect(summaries).toEqual([
      { nodeExecutions: 0, values: 0, bytes: 0 },
      { nodeExecutions: 3, values: 3, bytes: 24 },
    ]);
  });
});

describe("upstream", () => {
  test("goes from a value back over tasks to the inputs, nearest first", async ({ store }) => {
    await twoTasks(store);

    const steps = await upstream(store, { valueHash: hashOf("c") }, signal);

    expect(steps.map(({ call, node, depth }) => `${depth} ${call}.${node}`)).toEqual([
      "0 report.text",
      "1 report.total",
      "2 compute.total",
      "3 compute.doubled",
      "4 compute.base",
    ]);
  });

  test("knows nothing of a value that was never made", async ({ store }) => {
    expect(await upstream(store, { valueHash: hashOf("0") }, signal)).toEqual([]);
  });
});

describe("downstream", () => {
  test("goes from an input forward over tasks", async ({ store }) => {
    await twoTasks(store);

    const steps = await downstream(store, { valueHash: hashOf("b") }, signal);

    expect(steps.map(({ call, node }) => `${call}.${node}`)).toEqual([
      "compute.base",
      "compute.doubled",
      "compute.total",
      "report.total",
      "report.text",
    ]);
  });

  test("goes over every run that used the value", async ({ store }) => {
    const one = await twoTasks(store);
    const two = await twoTasks(store);

    const steps = await downstream(store, { valueHash: hashOf("b") }, signal);

    expect(new Set(steps.map(({ runId }) => runId))).toEqual(new Set([one.runId, two.runId]));
    expect(steps).toHaveLength(10);
  });

  test("stops at the limit", async ({ store }) => {
    await twoTasks(store);

    expect(await downstream(store, { valueHash: hashOf("b"), limit: 2 }, signal)).toHaveLength(2);
  });
});

describe("runsUsing", () => {
  test("lists runs that were given the value, newest first", async ({ store }) => {
    const older = await twoTasks(store, { runId: uuid7(new Date("2026-03-01T00:00:00Z")) });
    const newer = await twoTasks(store, { runId: uuid7(new Date("2026-03-09T00:00:00Z")) });

    const runs = await runsUsing(store, { valueHash: hashOf("b"), limit: 10 }, signal);

    expect(runs).toEqual([newer.runId, older.runId]);
    expect(await runsUsing(store, { valueHash: hashOf("d"), limit: 10 }, signal)).toEqual([]);
  });
});

describe("nodeHistory", () => {
  test("lists what a node did, newest run first", async ({ store }) => {
    await twoTasks(store, { runId: uuid7(new Date("2026-03-01T00:00:00Z")), text: hashOf("a") });
    await twoTasks(store, { runId: uuid7(new Date("2026-03-09T00:00:00Z")), text: hashOf("c") });

    const history = await nodeHistory(store, { flow: "sums", node: "text", limit: 5 }, signal);

    expect(history.map(({ valueHash }) => valueHash)).toEqual([hashOf("c"), hashOf("a")]);
    expect(await nodeHistory(store, { flow: "sums", node: "text", limit: 1 }, signal)).toHaveLength(
      1,
    );
  });
});

describe("reproduce", () => {
  test("names code, graph, configs and input hashes of a value", async ({ store }) => {
    const { runId, compute } = await twoTasks(store);

    const how = await reproduce(store, hashOf("e"), signal);

    expect(how).toEqual({
      runId,
      taskRunId: compute.taskRunId,
      attempt: 1,
      flow: "sums",
      version: hashOf("f"),
      call: "compute",
      node: "total",
      gitCommit: null,
      graphHash: hashOf("1"),
      codeVersion: hashOf("3"),
      configs: { training: { name: "training", version: 3 } },
      inputs: { base: hashOf("b") },
      backend: null,
    });
  });

  test("has no answer for an input that no node made", async ({ store }) => {
    await twoTasks(store);

    expect(await reproduce(store, hashOf("b"), signal)).toBeUndefined();
  });
});

describe("valuesByHash", () => {
  test("answers in the order of the hashes, undefined for unknown ones", async ({ store }) => {
    await twoTasks(store);

    const values = await valuesByHash(store, [hashOf("0"), hashOf("e")], signal);

    expect(values.map((value) => value?.valueHash)).toEqual([undefined, hashOf("e")]);
  });

  test("finds a value that has no codec by its whole name", async ({ store }) => {
    const opaque = `opaque:${hashOf("9")}`;
    await recordChunk(store, attemptChunk({ nodes: [node("total", opaque)] }), signal);

    const values = await valuesByHash(store, [opaque, hashOf("9")], signal);

    expect(values.map((value) => value?.valueHash)).toEqual([opaque, undefined]);
  });
});

describe("whyDifferent", () => {
  const causes = async (
    store: LineageStore,
    left: string,
    right: string,
    configInputs?: ReadonlySet<string>,
  ) => {
    const nodes = await whyDifferent(
      store,
      { left, right, ...(configInputs === undefined ? {} : { configInputs }) },
      signal,
    );
    return Object.fromEntries(nodes.map(({ call, node, cause }) => [`${call}.${node}`, cause]));
  };

  test("says SAME of everything when nothing differs", async ({ store }) => {
    const [left, right] = [await twoTasks(store), await twoTasks(store)];

    expect(new Set(Object.values(await causes(store, left.runId, right.runId)))).toEqual(
      new Set(["SAME"]),
    );
  });

  test("finds the changed code as the root cause", async ({ store }) => {
    const left = await twoTasks(store);
    const right = await twoTasks(store, { code: hashOf("0"), text: hashOf("a") });

    const nodes = await whyDifferent(store, { left: left.runId, right: right.runId }, signal);

    expect(nodes.filter((one) => one.isRootCause)).toEqual([
      {
        call: "report",
        node: "text",
        cause: "CODE",
        isRootCause: true,
        leftValueHash: hashOf("c"),
        rightValueHash: hashOf("a"),
      },
    ]);
  });

  test("follows nondeterminism downstream over tasks", async ({ store }) => {
    const left = await twoTasks(store);
    const right = await twoTasks(store, { total: hashOf("a"), text: hashOf("0") });

    expect(await causes(store, left.runId, right.runId)).toEqual({
      "compute.base": "SAME",
      "compute.doubled": "SAME",
      "compute.total": "NONDETERMINISTIC",
      "report.total": "UPSTREAM",
      "report.text": "UPSTREAM",
    });
  });

  test("tells an input from a config, and a value that came out the same", async ({ store }) => {
    const left = await twoTasks(store);
    const right = await twoTasks(store, { base: hashOf("0"), code: hashOf("0") });

    const asInput = await causes(store, left.runId, right.runId);
    const asConfig = await causes(store, left.runId, right.runId, new Set(["compute/base"]));

    expect([asInput["compute.base"], asConfig["compute.base"]]).toEqual(["INPUT", "CONFIG"]);
    expect(asInput["report.text"]).toBe("CONVERGED");
  });

  test("finds nodes that only one run has", async ({ store }) => {
    const left = await twoTasks(store);
    const right = attemptChunk();
    await recordChunk(store, right, signal);

    expect((await causes(store, left.runId, right.runId))["report.text"]).toBe("TOPOLOGY");
  });
});
