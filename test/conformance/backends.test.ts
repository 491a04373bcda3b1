import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { ROOT } from "../support/service-process.ts";
import { softwareVulkan } from "../support/software-vulkan.ts";

const vulkan = softwareVulkan();

interface Verdict {
  readonly group: string;
  readonly name: string;
  readonly passed: boolean;
}

interface Outcome {
  readonly code: number;
  readonly verdicts: readonly Verdict[];
  readonly said: string;
}

/** Runs the conformance command of `libs/compute` as its README has it. */
async function conformance(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const main = join(ROOT, "libs/compute/src/conformance/main.ts");
  const command = ["--conditions=@weirflow/source", main, ...args, "--json"];
  const child = promisify(execFile)(process.execPath, command, {
    env: { PATH: process.env["PATH"], ...env },
  });
  const { stdout, stderr, code } = await child.then(
    (output) => ({ ...output, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  // each line is a verdict, as the command says
  return { code, verdicts: lines.map((line) => JSON.parse(line) as Verdict), said: stderr };
}

const failures = ({ verdicts }: Outcome): readonly Verdict[] =>
  verdicts.filter(({ passed }) => !passed);

test.each(["wasm", "cpu"])("%s does all that the plain back end does", async (backend) => {
  const outcome = await conformance(["--backend", backend]);

  expect(failures(outcome)).toEqual([]);
  expect(new Set(outcome.verdicts.map(({ group }) => group))).toEqual(
    new Set(["operation", "training", "durability"]),
  );
  expect(outcome.code).toBe(0);
});

test("a back end that is not there fails, and says what is missing", async () => {
  const outcome = await conformance(["--backend", "tensorflow"]);

  expect(outcome.code).toBe(1);
  expect(outcome.said).toContain("CUDA: @tensorflow/tfjs-node-gpu is not installed");
  expect(outcome.verdicts).toEqual([]);
});

test("packages are looked up from a file that is named from the working directory", async () => {
  const outcome = await conformance(["--backend", "gpu", "--base", "nowhere/main.js"]);

  expect(outcome.said).toContain("CUDA: @tensorflow/tfjs-node-gpu is not installed");
});

test("a name that is none gets the list of those there are", async () => {
  expect((await conformance(["--backend", "metal"])).code).toBe(2);
});

test.each([
  [["--backend", "tensorflow"], "CUDA: @tensorflow/tfjs-node-gpu is not installed"],
  [["--backend", "cuda"], "--backend is gpu, tensorflow or webgpu: cuda"],
])("no page about a GPU is written with %j", async (args, reason) => {
  const out = await mkdtemp(join(tmpdir(), "gpus-"));
  const report = join(ROOT, "test/bench/gpu-report.ts");
  const command = ["--conditions=@weirflow/source", report, "--out", out, ...args];

  const reporting = promisify(execFile)(process.execPath, command);

  await expect(reporting).rejects.toThrow(reason);
  expect(await readdir(out)).toEqual([]);
  await rm(out, { recursive: true });
});

describe.skipIf(vulkan === undefined)("WebGPU, simulated by Chromium's SwiftShader", () => {
  test("does all that the plain back end does, and lets the process end", async () => {
    const outcome = await conformance(["--backend", "webgpu", "--software"], vulkan);

    expect(failures(outcome)).toEqual([]);
    expect(outcome.verdicts.length).toBeGreaterThan(50);
    expect(outcome.said).toMatch(/^webgpu on SwiftShader/m);
    expect(outcome.code).toBe(0);
  }, 400_000);

  test("is no GPU unless one in software will do", async () => {
    const outcome = await conformance(["--backend", "gpu"], vulkan);

    expect(outcome.code).toBe(1);
    expect(outcome.said).toMatch(/WebGPU: found only SwiftShader .* in software: no GPU/);
  });
});
