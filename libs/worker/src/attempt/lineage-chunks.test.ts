import {
  type LineageHeader,
  lineageChunkSchema,
  type NodeExecution,
  parseClaimId,
  parseFlowVersion,
  parseRunId,
  parseTaskRunId,
} from "@weirflow/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GraphTooLargeError } from "../errors.ts";
import { lineageChunks } from "./lineage-chunks.ts";

const key = {
  runId: parseRunId("019b0000-0000-7000-8000-000000000001"),
  taskRunId: parseTaskRunId("019b0000-0000-7000-8000-000000000002"),
  attempt: 1,
  claimId: parseClaimId("0".repeat(32)),
};

const header: LineageHeader = {
  flow: "f",
  version: parseFlowVersion("a".repeat(64)),
  call: "c",
  task: "t",
  pool: "cpu",
  graphHash: "b".repeat(64),
  graph: { nodes: [], edges: [] },
  startedAt: "2026-01-01T00:00:00.000Z",
  endedAt: "2026-01-01T00:00:01.000Z",
  outcome: "succeeded",
  worker: "host/1",
  configs: {},
  inputs: [],
  outputs: [],
};

const node = (name: string, preview: string): NodeExecution => ({
  node: name,
  state: "succeeded",
  startUs: 0,
  durationUs: 1,
  summary: { type: "string", preview },
});

const graphOf = (count: number, source: string): LineageHeader["graph"] => ({
  nodes: Array.from({ length: count }, (_, i) => ({
    name: `node${i}`,
    kind: "function" as const,
    dependencies: [],
    tags: {},
    source,
  })),
  edges: [],
});

describe("lineageChunks", () => {
  test("keeps every node once and in order, in messages that fit and parse", () => {
    const sizes = fc.array(fc.nat({ max: 200 }), { maxLength: 3_000 });
    fc.assert(
      fc.property(sizes, fc.nat({ max: 4 }), (previews, sources) => {
        const nodes = previews.map((size, i) => node(`n${i}`, "é".repeat(size)));
        const large = { ...header, graph: graphOf(sources, "x".repeat(100_000)) };

        const chunks = lineageChunks(key, large, nodes);

        expect(chunks.flatMap((chunk) => chunk.nodes)).toEqual(nodes);
        for (const [index, chunk] of chunks.entries()) {
          expect(Buffer.byteLength(JSON.stringify(chunk))).toBeLessThanOrEqual(524_288);
          expect(lineageChunkSchema.safeParse(chunk).success).toBe(true);
          expect(chunk).toMatchObject({ chunk: index, chunks: chunks.length });
          expect(chunk.header === undefined).toBe(index > 0);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("sends the header of an attempt without nodes", () => {
    expect(lineageChunks(key, header, [])).toEqual([
      { v: 1, ...key, chunk: 0, chunks: 1, header, nodes: [] },
    ]);
  });

  test("leaves out the texts of functions when they do not fit", () => {
    const [chunk] = lineageChunks(key, { ...header, graph: graphOf(6, "x".repeat(100_000)) }, []);

    expect(chunk?.header?.graph.nodes).toHaveLength(6);
    expect(chunk?.header?.graph.nodes[0]).toEqual({
      name: "node0",
      kind: "function",
      dependencies: [],
      tags: {},
    });
  });

  test("refuses a graph that does not fit even so", () => {
    const tooLarge = { ...header, graph: graphOf(20_000, "") };

    expect(() => lineageChunks(key, tooLarge, [])).toThrow(GraphTooLargeError);
  });
});
