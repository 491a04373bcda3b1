import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { eventually } from "@weirflow/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../support/free-port.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FLOWS = join(ROOT, "test/flows");
const WEIR = ["--conditions=@weirflow/source", join(ROOT, "libs/cli/src/main.ts")];
/** The published table, where the machine has it. */
const TABLE = resolve(ROOT, "../shared/data/Absenteeism_at_work.csv");
const patience = { timeoutMs: 60_000 };

interface Weir {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly code: Promise<number | null>;
}

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "weirflow-cli-"));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts the command in a process group of its own, as a terminal would. */
function weir(cwd: string, ...args: readonly string[]): Weir {
  const child = spawn(process.execPath, [...WEIR, ...args], { cwd, detached: true });
  const written = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (written.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (written.err += chunk.toString()));
  const code = once(child, "exit").then(([exitCode]) => exitCode as number | null);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await code;
  });
  return { child, out: () => written.out, err: () => written.err, code };
}

/** Ctrl-C: every process of the group gets it. */
function interrupt({ child }: Weir): void {
  if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

interface DemoOutput {
  readonly run: { readonly id: string; readonly state: string };
  readonly results: {
    readonly modelResults: {
      readonly score: number;
      readonly trainShape: readonly number[];
      readonly validationShape: readonly number[];
    };
  };
  readonly artifacts: readonly { readonly key: string; readonly path: string }[];
  readonly lineage: { readonly nodeExecutions: number };
  readonly traceId: string;
}

describe("weir demo", () => {
  test.each([
    ["binaryClassification", 0.41721854304635764],
    ["continuousRegression", 7.5996],
  ])("runs the example end to end: %s", async (task, score) => {
    const folder = await scratch();
    const rawData = existsSync(TABLE) ? TABLE : "sample:445";

    const demo = weir(folder, "demo", "--json", "--task", task, "--raw-data", rawData);
    expect(await demo.code).toBe(0);

    const output = JSON.parse(demo.out()) as DemoOutput;
    expect(output.run.state).toBe("COMPLETED");
    expect(output.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(output.lineage.nodeExecutions).toBeGreaterThan(40);
    const keys = output.artifacts.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(["graph", "graph.png", "predictions", "report"]));
    for (const { path } of output.artifacts)
      expect((await readFile(path)).length).toBeGreaterThan(0);
    if (rawData !== TABLE) return;
    const { modelResults } = output.results;
    expect(modelResults.score).toBeCloseTo(score, task === "binaryClassification" ? 15 : 3);
    expect([modelResults.trainShape, modelResults.validationShape]).toEqual([
      [589, 5],
      [151, 5],
    ]);
  });

  test("tells its story in order, and leaves nothing behind when it is interrupted", async () => {
    const folder = await scratch();

    const demo = weir(folder, "demo", "--keep", "--raw-data", "sample:1");
    await eventually(() => demo.out().includes("staying up"), patience);
    const words = demo
      .out()
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    const pids = [...demo.out().matchAll(/\((\d+)\)/g)].map(([, pid]) => Number(pid));
    interrupt(demo);

    expect([...new Set(words)]).toEqual([
      "started",
      "data",
      "progress",
      "run",
      "result",
      "artifact",
      "lineage",
      "trace",
      "graphql",
      "total",
      "staying",
    ]);
    expect(demo.out()).toMatch(/progress +trainAndEvaluate +RUNNING \d+\/\d+ nodes/);
    expect(await demo.code).toBe(0);
    expect(demo.err()).toBe("");
    expect(pids).toHaveLength(5);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

interface DevOutput {
  readonly urls: { readonly graphql: string };
  readonly pids: Readonly<Record<string, number>>;
}

async function startDev(): Promise<
  { readonly dev: Weir; readonly url: string; readonly cwd: string } & DevOutput
> {
  const cwd = await scratch();
  const port = await freePort();
  const dev = weir(cwd, "dev", "--json", "--flows", FLOWS, "--port", String(port));
  await eventually(() => dev.out().includes("pids"), patience);
  return { dev, cwd, url: `http://127.0.0.1:${port}`, ...(JSON.parse(dev.out()) as DevOutput) };
}

describe("weir dev", () => {
  test("serves deploys and runs, and starts a killed service again on its port", async () => {
    const { dev, url, cwd, pids } = await startDev();
    const at = ["--url", url];

    expect(await weir(cwd, "deploy", FLOWS, ...at).code).toBe(0);
    expect(await weir(cwd, "run", "shout", "-p", "text=hi", ...at).code).toBe(0);
    const failing = weir(cwd, "run", "failing", "-p", "text=hi", ...at);
    expect(await failing.code).toBe(1);
    expect(failing.out()).toContain("will not say HI");
    expect(failing.out()).toMatch(/failing\.ts:\d+/);
    expect(await weir(cwd, "run", "nothing", ...at).code).toBe(3);

    process.kill(pids["gateway"] ?? 0, "SIGKILL");
    await eventually(async () => (await fetch(`${url}/readyz`)).ok, patience);
    const list = weir(cwd, "runs", "ls", "--json", ...at);
    expect(await list.code).toBe(0);
    expect(JSON.parse(list.out())).toMatchObject({
      runs: [{ flowName: "failing" }, { flowName: "shout" }],
    });

    interrupt(dev);
    expect(await dev.code).toBe(0);
  });

  test("drains its services also when it is killed itself", async () => {
    const { dev, pids } = await startDev();

    dev.child.kill("SIGKILL");

    await eventually(() => Object.values(pids).every((pid) => !isAlive(pid)), patience);
  });
});
