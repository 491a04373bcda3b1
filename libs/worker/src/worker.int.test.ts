import {
  type LogLine,
  logLineSchema,
  MAX_MESSAGE_BYTES,
  progressSchema,
  subjects,
} from "@weirflow/contracts";
import { startTelemetry } from "@weirflow/telemetry";
import { eventually } from "@weirflow/testing";
import { encodeValue, fromValueRef, toValueRef } from "@weirflow/values";
import { describe, expect } from "vitest";
import { json } from "./fixtures/peer.ts";
import { workerTest as test } from "./fixtures/worker-test.ts";

const signal = new AbortController().signal;

describe("startWorker: a task that succeeds", () => {
  test("is claimed, run, recorded and reported, in this order", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start();

    const id = peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 14 }), version });
    const report = await reported(id);

    expect(peer.order).toEqual(["lineage", "report"]);
    expect(report).toMatchObject({
      outcome: "succeeded",
      outputs: {
        sum: { kind: "inline", data: "[42]", summary: { type: "number", preview: "42" } },
      },
      nodeCount: 2,
      retryable: false,
    });
    const [chunk] = peer.lineage;
    expect(chunk).toMatchObject({
      chunk: 0,
      chunks: 1,
      taskRunId: id,
      claimId: report.claimId,
      header: {
        flow: "ways",
        task: "adding",
        outcome: "succeeded",
        worker: "test/1",
        configs: { training: { name: "training", version: 3 } },
        inputs: [{ name: "n", summary: { preview: "14" } }],
        outputs: [{ name: "sum", ref: { valueHash: report.outputs["sum"]?.valueHash } }],
      },
    });
    expect(chunk?.nodes).toMatchObject([
      { node: "twice", state: "succeeded", summary: { preview: "28" } },
      { node: "sum", state: "succeeded", summary: { preview: "42" } },
    ]);
    for (const node of chunk?.nodes ?? []) {
      expect(node.valueHash).toMatch(/^[0-9a-f]{64}$/);
      expect(node.cacheKey).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test("leaves the picture of its graph", async ({ world }) => {
    const { peer, reported, store } = world;
    const { version } = await world.start();

    const report = await reported(
      peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version }),
    );

    expect(report.artifacts).toMatchObject([
      { key: "graph", kind: "graph", mediaType: "image/svg+xml", fileName: "adding.svg" },
      { key: "graph.png", kind: "graph", mediaType: "image/png" },
    ]);
    const svg = await store.get(report.artifacts[0]?.blobHash ?? "", signal);
    expect(new TextDecoder().decode(svg)).toContain("twice");
  });

  test("gives the same keys and hashes when it runs again", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start();
    const offer = { task: "adding", outputs: ["sum"], inputs: json({ n: 3 }), version };

    await reported(peer.offer(offer));
    await reported(peer.offer(offer));

    const [first, second] = peer.lineage.map(({ nodes }) =>
      nodes.map(({ node, cacheKey, valueHash }) => ({ node, cacheKey, valueHash })),
    );
    expect(first).toHaveLength(2);
    expect(second).toEqual(first);
  });

  test("passes values above 64 KiB by reference, in both directions", async ({ world }) => {
    const { peer, reported, store } = world;
    const { version } = await world.start();
    const made = await reported(
      peer.offer({
        task: "making",
        outputs: ["vector", "vectorSum"],
        inputs: json({ length: 20_000 }),
        version,
      }),
    );
    const ref = made.outputs["vector"];

    expect(ref).toMatchObject({ kind: "blob", summary: { type: "Float64Array", shape: [20_000] } });
    expect(made.outputs["vectorSum"]).toMatchObject({ kind: "inline" });
    expect(ref && (await fromValueRef(ref, store, { signal }))).toStrictEqual(
      Float64Array.from({ length: 20_000 }, (_, i) => i),
    );

    const n = await toValueRef(encodeValue(21), store, { signal, inlineLimitBytes: 0 });
    const from = { taskRunId: "upstream", attempt: 2, output: "n" };
    const taken = await reported(
      peer.offer({
        task: "adding",
        outputs: ["sum"],
        inputs: { n: { kind: "value", ref: n, from } },
        version,
      }),
    );

    expect(taken.outputs["sum"]).toMatchObject({ data: "[63]" });
    expect(peer.lineage.at(-1)?.header?.inputs).toMatchObject([
      { name: "n", valueHash: n.valueHash, from },
    ]);
  });

  test("logs, prints and shows its progress on the way", async ({ world }) => {
    const { peer, reported, bus } = world;
    const { version } = await world.start();
    const lines: LogLine[] = [];
    const texts: (string | undefined)[] = [];
    await using _logs = bus.subscribe("weir.log.*", (data) =>
      lines.push(logLineSchema.parse(JSON.parse(new TextDecoder().decode(data)))),
    );
    await using _progress = bus.subscribe(subjects.progressAll, (data) =>
      texts.push(progressSchema.parse(JSON.parse(new TextDecoder().decode(data))).text),
    );

    const report = await reported(
      peer.offer({ task: "talk", outputs: ["talking"], inputs: json({ fails: false }), version }),
    );

    expect(report.outputs["talking"]).toMatchObject({ data: '["attempt 1"]' });
    expect(report.artifacts.map(({ key }) => key)).toContain("notes");
    await eventually(() => expect(lines).toHaveLength(2));
    expect(lines.toSorted((a, b) => a.message.localeCompare(b.message))).toMatchObject([
      { node: "talking", level: "info", message: "epoch done", fields: { epoch: 3 } },
      { level: "info", message: "printed by hand" },
    ]);
    await eventually(() => expect(texts).toContain("talking: 3 of 4, training"));
    expect(peer.lineage[0]?.nodes[0]?.facts).toEqual({ path: "data/a.csv", rows: 3 });
  });

  test("goes on with the trace of its run", async ({ world }) => {
    const { peer, reported } = world;
    await using _telemetry = startTelemetry({ service: "test" });
    const { version } = await world.start();
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

    const report = await reported(
      peer.offer({
        task: "adding",
        outputs: ["sum"],
        inputs: json({ n: 1 }),
        version,
        traceparent,
      }),
    );

    expect(peer.lineage[0]?.header?.traceId).toBe(traceId);
    expect(report.traceparent).toMatch(new RegExp(`^00-${traceId}-`));
    expect(report.traceparent).not.toBe(traceparent);
  });

  test("runs in a child process just the same", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start({ slot: "process" });

    const report = await reported(
      peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 2 }), version }),
    );

    expect(report.outputs["sum"]).toMatchObject({ data: "[6]" });
    expect(Buffer.byteLength(JSON.stringify(peer.lineage))).toBeLessThan(MAX_MESSAGE_BYTES);
  });
});

describe("startWorker: lost messages", () => {
  test("a lost answer to a claim is asked for again, with the same token", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start();
    peer.lose.claims = 2;

    await reported(
      peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version }),
    );

    expect(peer.claims).toHaveLength(3);
    expect(new Set(peer.claims.map(({ claimId }) => claimId)).size).toBe(1);
    expect(peer.reports).toHaveLength(1);
  });

  test("a lost answer to lineage or report is asked for again, and nothing runs twice", async ({
    world,
  }) => {
    const { peer } = world;
    const { version } = await world.start();
    peer.lose.lineage = 1;
    peer.lose.reports = 2;

    peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version });
    await eventually(() => expect(peer.reports).toHaveLength(3));

    expect(peer.order).toEqual(["lineage", "report", "report", "report"]);
    expect(peer.lineage).toHaveLength(2);
    expect(new Set(peer.reports.map((report) => JSON.stringify(report))).size).toBe(1);
    expect(peer.claims).toHaveLength(1);
  });

  test("a version that is not served is left to others", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start();
    const other = "f".repeat(64) as typeof version;

    peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version: other });
    const id = peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version });
    await reported(id);

    expect(peer.reports.map(({ taskRunId }) => taskRunId)).toEqual([id]);
    expect(peer.claims[0]?.serves).toEqual([version]);
  });
});
