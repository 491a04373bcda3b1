import type { RunView } from "@weirflow/client";
import { describe, expect, test } from "vitest";
import { duration, runLines, runTable } from "./run-lines.ts";

// the lines read no more of a run than is given here
const run = {
  runId: "r1",
  flowName: "hello",
  state: "FAILED",
  reason: null,
  createdAt: "2026-01-01T00:00:00Z",
  durationMs: 1_234,
  traceId: null,
  error: {
    code: "unknown",
    message: 'node "half" failed: oh',
    hint: "mend it",
    node: "half",
    stack: "NodeError: …",
    cause: { code: "unknown", message: "oh", stack: "RangeError: oh\n    at half" },
  },
  taskRuns: [
    {
      call: "halve",
      state: "FAILED",
      attempt: 2,
      pool: "gpu",
      durationMs: 12,
      attempts: [{ backend: null }, { backend: "wasm" }],
    },
  ],
  results: [
    { name: "score", json: 0.5, output: null },
    { name: "table", json: null, output: { summary: { preview: "2 rows" } } },
  ],
  artifacts: [{ key: "report", kind: "MARKDOWN", url: "/artifacts/r1/t/report" }],
  lineage: { nodeExecutions: 3, values: 2, bytes: 10 },
} as unknown as RunView;

describe("runLines", () => {
  test("say how the run ended, why, and what it left", () => {
    expect(runLines(run)).toEqual([
      "run       r1 hello FAILED 1.2 s",
      'error     node "half" failed: oh (unknown)',
      "hint      mend it",
      "          RangeError: oh",
      "              at half",
      "task      halve                FAILED attempt 2 (gpu, wasm) 12 ms",
      "result    score 0.5",
      'result    table "2 rows"',
      "artifact  markdown report /artifacts/r1/t/report",
      "lineage   3 nodes, 2 values, 10 bytes",
      "trace     none",
    ]);
  });
});

describe("runTable", () => {
  test("has a line for each run", () => {
    expect(runTable([run])).toEqual([
      "r1  hello                FAILED           2026-01-01T00:00:00Z  1.2 s",
    ]);
  });
});

describe("duration", () => {
  test("is short", () => {
    expect([null, 0, 999, 1_000, 119_000, 240_000].map(duration)).toEqual([
      "",
      "0 ms",
      "999 ms",
      "1.0 s",
      "119.0 s",
      "4 min",
    ]);
  });
});
