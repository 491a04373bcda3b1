import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { scratchFolder } from "@weirflow/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { flowFiles, isFlowFile } from "./flow-files.ts";

const signal = new AbortController().signal;

async function emptyFolder(): Promise<string> {
  const folder = await scratchFolder("flows");
  onTestFinished(async () => await rm(folder, { recursive: true }));
  return folder;
}

describe("flowFiles", () => {
  test("looks into folders at any depth, past what is built or installed", async () => {
    const folder = await emptyFolder();
    for (const file of [
      "flow.ts",
      "deep/er/train.flow.ts",
      "deep/flow.js",
      "deep/flow.d.ts",
      "deep/workflow.ts",
      "node_modules/x/flow.ts",
      "dist/flow.js",
      ".hidden/flow.ts",
    ]) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), "");
    }
    const found = async (...paths: readonly string[]): Promise<readonly string[]> => {
      const { files } = await flowFiles(
        paths.map((path) => join(folder, path)),
        signal,
      );
      return files.map((file) => relative(folder, file));
    };

    expect(await found(".")).toEqual(["deep/er/train.flow.ts", "deep/flow.js", "flow.ts"]);
    expect(await found("dist", "dist/flow.js")).toEqual(["dist/flow.js"]);
    expect(await found("deep/workflow.ts")).toEqual(["deep/workflow.ts"]);
  });
});

describe("isFlowFile", () => {
  test("knows flow files by their names", () => {
    const names = ["flow.ts", "a.flow.mjs", "flow.d.ts", "overflow.ts", "flow.json"];

    expect(names.map(isFlowFile)).toEqual([true, true, false, false, false]);
  });
});
