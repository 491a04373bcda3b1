/**
 * Holds the GPU of this machine against the plain back end, measures how fast models train on it, and writes both, under the
 * device's name, to a page in `docs/gpus`.
 *
 * Run with `node --conditions=@weirflow/source test/bench/gpu-report.ts`. Options: `--backend tensorflow` or `webgpu` for one of
 * two, `--out FOLDER`, `--software` for a GPU that is only simulated.
 */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { type BackendFacts, describeBackend, openTensorBackend } from "@weirflow/compute";

const root = join(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    backend: { type: "string", default: "gpu" },
    software: { type: "boolean", default: false },
    out: { type: "string", default: join(root, "docs/gpus") },
  },
});
const software = values.software ? ["--software"] : [];
const facts = await openedBackend();
const conformance = await run("libs/compute/src/conformance/main.ts", ["--backend", facts.name]);
const bench = await run("test/bench/compute.ts", [
  "--backends",
  `cpu,stock-wasm,wasm,${facts.name}`,
]);
const file = join(values.out, `${slugOf(facts.device)}.md`);
await mkdir(values.out, { recursive: true });
await writeFile(file, page());
console.log(`written: ${file}`);

async function openedBackend(): Promise<BackendFacts> {
  const { software: allowSoftware, backend } = values;
  const require = (["gpu", "tensorflow", "webgpu"] as const).find((name) => name === backend);
  if (require === undefined) throw new Error(`--backend is gpu, tensorflow or webgpu: ${backend}`);
  await using opened = await openTensorBackend({ require, allowSoftware });
  if (!opened.isGpu && !allowSoftware) throw new Error(`this is no GPU: ${opened.device}`);
  return describeBackend(opened);
}

/** What a program of this repository prints, also when it fails; then this one does so too, once the page is written. */
async function run(program: string, args: readonly string[]): Promise<string> {
  console.log(`${program} ${args.join(" ")} …`);
  const command = ["--conditions=@weirflow/source", join(root, program), ...args, ...software];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root }).catch(
    (error: { stdout: string; stderr: string }) => {
      console.error(error.stderr);
      process.exitCode = 1;
      return error;
    },
  );
  return stdout.trim();
}

function slugOf(device: string): string {
  return device.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-");
}

function page(): string {
  const { device, name, version, memoryBytes, maxTensorBytes } = facts;
  const date = new Date().toISOString().slice(0, 10);
  const about = [
    `Back end \`${name}\``,
    ...(memoryBytes === undefined ? [] : [`${inGiB(memoryBytes)} of memory`]),
    ...(maxTensorBytes === undefined ? [] : [`tensors up to ${inGiB(maxTensorBytes)}`]),
    `TensorFlow.js ${version}`,
    `Node ${process.version}`,
    date,
  ];
  return `# ${device}

${about.join(", ")}.

${bench}

## Against the plain back end

\`\`\`text
${conformance}
\`\`\`
`;
}

function inGiB(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
