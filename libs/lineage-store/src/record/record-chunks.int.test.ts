import { randomBytes, randomUUID } from "node:crypto";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import {
  attemptChunk,
  hashOf,
  lineageTest as test,
  node,
  signal,
  uuid7,
} from "../../test/fixture.ts";
import { LineageConflictError } from "../errors.ts";
import type { LineageStore } from "../lineage-store.ts";
import { nodeExecutions } from "../read/node-executions.ts";
import { valuesByHash } from "../read/values.ts";
import { recordChunk, recordChunks } from "./record-chunks.ts";

const count = async (store: LineageStore, table: string): Promise<number> => {
  const { rows } = await store.run(
    sql<{ count: number }>`select count(*) from ${sql.id("lineage", table)}`,
    signal,
  );
  return rows[0]?.count ?? -1;
};

describe("recordChunk", () => {
  test("stores the nodes of an attempt and says that it is complete", async ({ store }) => {
    const chunk = attemptChunk();

    const answer = await recordChunk(store, chunk, signal);

    expect(answer).toEqual({ complete: true });
    const nodes = await nodeExecutions(store, { taskRunIds: [chunk.taskRunId] }, signal);
    expect(nodes.map(({ node, valueHash, codeVersion }) => [node, valueHash, codeVersion])).toEqual(
      [
        ["doubled", hashOf("d"), hashOf("2")],
        ["total", hashOf("e"), hashOf("3")],
      ],
    );
  });

  test("stores a repeated chunk once", async ({ store }) => {
    const chunk = attemptChunk();

    await recordChunk(store, chunk, signal);
    const again = await recordChunk(store, chunk, signal);

    expect(again).toEqual({ complete: true });
    expect(await count(store, "node_exec")).toBe(3);
    expect(await count(store, "attempt")).toBe(1);
  });

  test("takes the chunks of an attempt in any order", async ({ store }) => {
    const whole = attemptChunk();
    const first = { ...whole, chunks: 2, nodes: whole.nodes.slice(0, 1) };
    const { header: _header, ...rest } = whole;
    const second = { ...rest, chunk: 1, chunks: 2, nodes: whole.nodes.slice(1) };

    const early = await recordChunk(store, second, signal);
    const repeated = await recordChunk(store, second, signal);
    const before = await nodeExecutions(store, { taskRunIds: [whole.taskRunId] }, signal);
    const late = await recordChunk(store, first, signal);

    expect([early.complete, repeated.complete, late.complete]).toEqual([false, false, true]);
    expect(before).toEqual([]);
    const after = await nodeExecutions(store, { taskRunIds: [whole.taskRunId] }, signal);
    expect(after.map(({ node }) => node)).toEqual(["doubled", "total"]);
    expect(await count(store, "parked_chunk")).toBe(0);
  });

  test("writes a graph and its code once, however many attempts run it", async ({ store }) => {
    await recordChunks(store, [attemptChunk(), attemptChunk()], signal);
    await recordChunk(store, attemptChunk(), signal);

    expect(await count(store, "graph_version")).toBe(1);
    expect(await count(store, "graph_node")).toBe(3);
    expect(await count(store, "code_version")).toBe(2);
    expect(await count(store, "attempt")).toBe(3);
  });

  test("knows a graph that another process stored", async ({ store, databaseUrl }) => {
    const { openLineageStore } = await import("../lineage-store.ts");
    await using other = openLineageStore({ url: databaseUrl });
    await recordChunk(other, attemptChunk(), signal);

    await recordChunk(store, attemptChunk(), signal);

    expect(await count(store, "graph_version")).toBe(1);
  });

  test("keeps nodes that the graph does not list", async ({ store }) => {
    const chunk = attemptChunk({ nodes: [node("surprise", hashOf("d"))] });

    await recordChunk(store, chunk, signal);

    const nodes = await nodeExecutions(store, { taskRunIds: [chunk.taskRunId] }, signal);
    expect(nodes.map(({ node }) => node)).toEqual(["surprise"]);
  });

  test("links an input to the attempt that made it", async ({ store }) => {
    const source = attemptChunk();
    const from = { taskRunId: source.taskRunId, attempt: 1, output: "total" };
    const chunk = attemptChunk({
      runId: source.runId,
      call: "report",
      header: { inputs: [{ name: "base", valueHash: hashOf("e"), from }] },
    });

    await recordChunks(store, [chunk, source], signal);

    expect(await count(store, "run_link")).toBe(1);
  });

  test("completes what is known of a value, and keeps its first maker", async ({ store }) => {
    const [bare] = [attemptChunk({ header: { outputs: [] } })];
    const ref = {
      kind: "blob",
      valueHash: hashOf("e"),
      codec: "arrow",
      sizeBytes: 70_000,
      blobHash: hashOf("9"),
      summary: { type: "table", rows: 3 },
    } as const;
    const rich = attemptChunk({ header: { outputs: [{ name: "total", ref }] } });

    await recordChunk(store, bare ?? rich, signal);
    await recordChunk(store, rich, signal);

    const [value] = await valuesByHash(store, [hashOf("e")], signal);
    expect(value).toEqual({
      valueHash: hashOf("e"),
      codec: "arrow",
      sizeBytes: 8,
      summary: { type: "table", rows: 3 },
      blobHash: hashOf("9"),
    });
  });

  test("keeps texts that Postgres cannot hold as they are", async ({ store }) => {
    const error = { code: "unknown", message: "NUL \u0000 and half a pair \ud800" };
    const chunk = attemptChunk({ nodes: [node("total", hashOf("e"), { state: "failed", error })] });

    await recordChunk(store, chunk, signal);

    const [failed] = await nodeExecutions(store, { taskRunIds: [chunk.taskRunId] }, signal);
    expect(failed?.error?.message).toBe("NUL \ufffd and half a pair \ufffd");
  });

  test("refuses a chunk with another claim", async ({ store }) => {
    const chunk = attemptChunk();
    await recordChunk(store, chunk, signal);

    const forged = { ...chunk, claimId: attemptChunk().claimId };

    await expect(recordChunk(store, forged, signal)).rejects.toThrow(LineageConflictError);
  });

  test("refuses a first chunk without its header, and stores nothing of it", async ({ store }) => {
    const { header: _header, ...headless } = attemptChunk();

    await expect(recordChunk(store, headless, signal)).rejects.toThrow(
      "the header stands in chunk 0 alone",
    );
    expect(await count(store, "attempt")).toBe(0);
  });
});

describe("recordChunks", () => {
  test("gives each chunk of a batch its own verdict, in order", async ({ store }) => {
    const good = attemptChunk();
    const { header: _header, ...headless } = attemptChunk();

    const verdicts = await recordChunks(store, [good, headless, good], signal);

    expect(verdicts.map(({ kind }) => kind)).toEqual(["stored", "invalid", "stored"]);
  });

  test("finds the one that Postgres refuses and stores the others", async ({ store }) => {
    const chunks = Array.from({ length: 7 }, () => attemptChunk());
    const [poison, ...others] = chunks;
    const from = { taskRunId: "not a uuid", attempt: 1, output: "total" };
    const inputs = [{ name: "base", valueHash: hashOf("b"), from }];
    if (poison?.header !== undefined) poison.header.inputs = inputs;

    const verdicts = await recordChunks(store, chunks, signal);

    expect(verdicts.map(({ kind }) => kind)).toEqual(["invalid", ...others.map(() => "stored")]);
    expect(await count(store, "attempt")).toBe(6);
  });

  test("stores the same attempts from several writers at once", async ({ store }) => {
    const runs = Array.from({ length: 30 }, (_, i) =>
      attemptChunk({ header: { graphHash: hashOf(String(i % 3)) } }),
    );
    const shuffles = [runs, runs.toReversed(), [...runs.slice(15), ...runs.slice(0, 15)]];

    const verdicts = await Promise.all(
      shuffles.map(async (batch) => await recordChunks(store, batch, signal)),
    );

    expect(verdicts.flat().every((one) => one.kind === "stored" && one.complete)).toBe(true);
    expect(await count(store, "node_exec")).toBe(90);
  });

  test("puts rows into the week in which their run began", async ({ store }) => {
    await recordChunk(
      store,
      attemptChunk({ runId: uuid7(new Date("2026-03-04T00:00:00Z")) }),
      signal,
    );
    await recordChunk(
      store,
      attemptChunk({ runId: uuid7(new Date("2026-03-09T00:00:00Z")) }),
      signal,
    );
    await recordChunk(
      store,
      attemptChunk({ runId: "ffffffff-ffff-7fff-8fff-ffffffffffff" }),
      signal,
    );

    expect(await count(store, "node_exec_20260302")).toBe(3);
    expect(await count(store, "node_exec_20260309")).toBe(3);
    expect(await count(store, "node_exec_other")).toBe(3);
  });

  test("takes at most 160 bytes on disk for a node execution", async ({ store }) => {
    const runId = uuid7(new Date("2026-03-04T00:00:00Z"));
    const names = Array.from({ length: 2_000 }, (_, i) => `n${i}`);
    const graph = {
      nodes: names.map((name) => ({ name, kind: "function" as const, dependencies: [], tags: {} })),
      edges: [],
    };
    const chunks = Array.from({ length: 10 }, () =>
      attemptChunk({
        runId,
        header: { graph, graphHash: hashOf("8"), inputs: [] },
        nodes: names.map((name, i) =>
          node(name, randomBytes(32).toString("hex"), {
            startUs: i,
            cacheKey: hashOf(String(i % 9)),
          }),
        ),
      }),
    );

    for (const chunk of chunks) await recordChunk(store, chunk, signal);

    const { rows } = await store.run(
      sql<{ bytes: number }>`select pg_total_relation_size('lineage.node_exec_20260302') as bytes`,
      signal,
    );
    expect((rows[0]?.bytes ?? Infinity) / 20_000).toBeLessThanOrEqual(160);
  });

  test("answers nothing for nothing", async ({ store }) => {
    expect(await recordChunks(store, [], signal)).toEqual([]);
  });
});

test("an unknown task run has no nodes", async ({ store }) => {
  expect(await nodeExecutions(store, { taskRunIds: [randomUUID()] }, signal)).toEqual([]);
});
