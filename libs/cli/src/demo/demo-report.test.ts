import { describe, expect, test } from "vitest";
import { createConsole } from "../console.ts";
import { demoReport, type DemoSummary } from "./demo-report.ts";

const summary: DemoSummary = {
  run: { id: "r1", state: "COMPLETED", error: null },
  results: { modelResults: { accuracy: 0.5, rows: 151 }, backend: "wasm" },
  artifacts: [{ key: "report", kind: "markdown", path: "/x/report.md", sizeBytes: 9 }],
  lineage: { nodeExecutions: 63, values: 40, bytes: 12_345 },
  traceId: "abc",
  data: { path: "sample:1", kind: "sample", note: "a sample" },
  urls: { graphql: "http://127.0.0.1:1/graphql", nats: "nats://127.0.0.1:2" },
};

function printed(isJson: boolean): string {
  let out = "";
  const console = createConsole({
    isJson,
    isVerbose: false,
    out: { write: (text) => void (out += text) },
    err: { write: () => undefined },
  });
  demoReport(console, summary, 7.25);
  return out;
}

describe("demoReport", () => {
  test("says results, artifacts, lineage, trace, address and time, in this order", () => {
    const lines = printed(false).trimEnd().split("\n");

    expect(lines.map((line) => line.split(" ")[0])).toEqual([
      "run",
      "result",
      "result",
      "result",
      "artifact",
      "lineage",
      "trace",
      "graphql",
      "total",
    ]);
    expect(lines[1]).toBe("result    modelResults.accuracy 0.5");
    expect(lines[5]).toBe("lineage   63 nodes, 40 values, 12,345 bytes");
    expect(lines[8]).toBe("total     7.3 s");
  });

  test("is one JSON object where that is asked for", () => {
    expect(JSON.parse(printed(true))).toEqual(summary);
  });
});
