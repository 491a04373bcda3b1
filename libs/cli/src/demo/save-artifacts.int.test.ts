import { readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Client, RunView } from "@weirflow/client";
import { scratchFolder } from "@weirflow/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { saveArtifacts } from "./save-artifacts.ts";

const artifact = (key: string, mediaType: string, fileName: string | null = null): object => ({
  key,
  mediaType,
  fileName,
  kind: "GRAPH",
  sizeBytes: 4,
  url: `/artifacts/r/t/${key}`,
  taskRun: { call: "train" },
});

describe("saveArtifacts", () => {
  test("writes each into a file of its own, whose name cannot leave the folder", async () => {
    const folder = await scratchFolder("artifacts");
    onTestFinished(async () => await rm(folder, { recursive: true }));
    // no more of a client and of a run is used
    const client = {
      download: async (path: string) => await Promise.resolve(new TextEncoder().encode(path)),
    } as unknown as Client;
    const run = {
      artifacts: [
        artifact("graph", "image/svg+xml"),
        artifact("report", "text/markdown; charset=utf-8"),
        artifact("table", "text/csv", "predictions.csv"),
        artifact("../../etc/passwd", "application/octet-stream"),
        artifact("odd name\n", "text/plain"),
      ],
    } as unknown as RunView;

    const saved = await saveArtifacts(
      client,
      run,
      join(folder, "runs/r"),
      new AbortController().signal,
    );

    expect(saved.map(({ path }) => basename(path))).toEqual([
      "train-graph.svg",
      "train-report.md",
      "train-predictions.csv",
      "train-passwd",
      "train-odd_name_",
    ]);
    for (const { path } of saved) expect(path.startsWith(join(folder, "runs/r/"))).toBe(true);
    expect(await readFile(saved[0]?.path ?? "", "utf8")).toBe("/artifacts/r/t/graph");
    expect(saved[0]).toMatchObject({ key: "graph", kind: "graph", sizeBytes: 4 });
  });
});
