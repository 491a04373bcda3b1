import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LoadedFlows, loadFlows } from "./load-flows.ts";

const signal = new AbortController().signal;
let folder = "";

/** Inside the checkout, so that flows find the packages that they import. */
beforeEach(async () => {
  const parent = join(import.meta.dirname, "../.weirflow");
  await mkdir(parent, { recursive: true });
  folder = await mkdtemp(join(parent, "flows-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

async function load(...names: readonly string[]): Promise<LoadedFlows> {
  return await loadFlows(
    names.map((name) => join(folder, name)),
    signal,
  );
}

const nodes = `
import { scale } from "./scale.ts";

/** The half. */
export const half = ({ of }: { of: number }): number => scale(of, 0.5);

export const quarter = ({ half }: { half: number }): number =>
  scale(half, 0.5);
`;
const scale = "export const scale = (of: number, by: number): number => of * by;\n";
const flowText = (name: string, extra = ""): string => `
import { flow, task } from "@weirflow/flow";
import * as z from "zod";
import * as nodes from "./nodes.ts";

const halve = task({ name: "halve", modules: [nodes], outputs: ["quarter"], pool: "gpu" });
${extra}
export const main = flow({
  name: "${name}",
  params: z.object({ of: z.number() }),
  run: ({ params }) => halve({ of: params.of }),
});
`;

describe("loadFlows", () => {
  test("gives manifests, and graphs that run", async () => {
    await write({ "flow.ts": flowText("numbers"), "nodes.ts": nodes, "scale.ts": scale });

    const { flows, problems } = await load(".");

    expect(problems).toEqual([]);
    const [loaded] = flows;
    expect(loaded?.file).toBe(join(folder, "flow.ts"));
    expect(loaded?.manifest).toMatchObject({ flow: "numbers", calls: [{ pool: "gpu" }] });
    const task = loaded?.tasks.get("halve");
    expect(task?.files).toEqual([join(folder, "nodes.ts")]);
    expect(await task?.graph.plan(task.outputs).run({ of: 8 })).toEqual({ quarter: 2 });
  });

  test("describes each node with its place, its text and its version", async () => {
    await write({ "flow.ts": flowText("numbers"), "nodes.ts": nodes, "scale.ts": scale });

    const { flows } = await load("flow.ts");

    const graph = flows[0]?.manifest.calls[0]?.graph;
    expect(graph?.edges).toEqual([
      ["of", "half"],
      ["half", "quarter"],
    ]);
    expect(graph?.nodes).toMatchObject([
      { name: "of", kind: "input" },
      {
        name: "half",
        kind: "function",
        dependencies: [{ name: "of", required: true }],
        description: "The half.",
        module: "nodes",
        file: "nodes.ts",
        line: 5,
        endLine: 5,
        codeVersion: expect.stringMatching(/^[0-9a-f]{64}$/),
        source: expect.stringContaining("scale(of, 0.5)"),
      },
      { name: "quarter", line: 7, endLine: 8 },
    ]);
  });

  test("gives one version wherever the files lie and whoever loads them", async () => {
    const files = { "flow.ts": flowText("numbers"), "nodes.ts": nodes, "scale.ts": scale };
    for (const [name, text] of Object.entries(files))
      await write({ [`a/${name}`]: text, [`deeper/b/${name}`]: `${text}// a remark\n` });

    const { flows } = await load("a", "deeper");
    const child = await versionInChild(join(folder, "a/flow.ts"));

    const versions = flows.map(({ manifest }) => manifest.version);
    expect(versions).toEqual([child, child]);
  });

  test("changes the version with code that a node reaches in another file", async () => {
    const files = { "flow.ts": flowText("numbers"), "nodes.ts": nodes, "scale.ts": scale };
    for (const [name, text] of Object.entries(files)) await write({ [`a/${name}`]: text });
    await cp(join(folder, "a"), join(folder, "b"), { recursive: true });
    await write({ "b/scale.ts": scale.replace("of * by", "by * of") });

    const { flows, problems } = await load("a", "b");

    const [a, b] = flows.map(({ manifest }) => manifest.version);
    expect(a).not.toBe(b);
    expect(problems.map(({ code }) => code)).toEqual(["source/duplicate-flow"]);
  });

  test("gives compiled JavaScript the version of its TypeScript", async () => {
    await write({
      "a/flow.ts": flowText("numbers"),
      "a/nodes.ts": nodes,
      "a/scale.ts": scale,
      "b/flow.js": flowText("numbers").replace("./nodes.ts", "./nodes.js"),
      "b/nodes.js": nodes.replaceAll(/: \{ \w+: number \}|: number/g, "").replace(".ts", ".js"),
      "b/scale.js": scale.replaceAll(": number", ""),
    });

    const { flows, problems } = await load("a", "b");

    expect(problems).toEqual([]);
    const [a, b] = flows.map(({ manifest }) => manifest.version);
    expect(b).toBe(a);
  });

  test("takes several flows from one file, each once under whatever names", async () => {
    const second = `export { main as again };
export const second = flow({ name: "second", params: z.object({}), run: () => halve({ of: 1 }) });`;
    await write({
      "many.flow.ts": flowText("first") + second,
      "nodes.ts": nodes,
      "scale.ts": scale,
    });

    const { flows } = await load(".");

    expect(flows.map(({ manifest }) => manifest.flow).sort()).toEqual(["first", "second"]);
  });

  test("collects the problems of every file, with their lines, and loads the rest", async () => {
    await write({
      "nodes.ts": nodes,
      "scale.ts": scale,
      "good.flow.ts": flowText("good"),
      "broken.flow.ts": "export const x = ;\n",
      "throwing.flow.ts": '\n\nthrow new TypeError("oh");\n',
      "branching.flow.ts": flowText("branching").replace(
        "halve({ of: params.of })",
        "{\n    if (params.of) return halve({ of: 1 });\n    return halve({ of: 2 });\n  }",
      ),
      "inline.flow.ts": flowText("inline").replace(
        "[nodes]",
        "[{ quarter: ({ of }: { of: number }) => of }]",
      ),
      "nothing.ts": "export const x = 1;\n",
    });

    const { flows, problems } = await load(".", "nothing.ts", "missing.ts");

    expect(flows.map(({ manifest }) => manifest.flow)).toEqual(["good"]);
    const seen = problems.map(({ code, file, line }) => [
      code,
      file.slice(folder.length + 1),
      line,
    ]);
    expect(seen).toEqual([
      ["source/not-found", "missing.ts", undefined],
      ["flow/control-flow", "branching.flow.ts", 12],
      ["source/load-failed", "broken.flow.ts", 1],
      ["source/unknown-module", "inline.flow.ts", 8],
      ["source/no-flow", "nothing.ts", undefined],
      ["source/load-failed", "throwing.flow.ts", 3],
    ]);
    for (const { message, file } of problems) expect(message.startsWith(file)).toBe(true);
  });

  test("ends at once when it is told to stop", async () => {
    const stopped = AbortSignal.abort(new RangeError("stop"));

    await expect(loadFlows([folder], stopped)).rejects.toThrow("stop");
  });
});

/** The version of the first flow of a file, as a process of its own computes it. */
async function versionInChild(file: string): Promise<string> {
  const entry = pathToFileURL(join(import.meta.dirname, "index.ts")).href;
  const program = `
    const { loadFlows } = await import(${JSON.stringify(entry)});
    const { flows } = await loadFlows([${JSON.stringify(file)}], new AbortController().signal);
    console.log(flows[0].manifest.version);`;
  const args = ["--conditions=@weirflow/source", "--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: "/" });
  return stdout.trim();
}
