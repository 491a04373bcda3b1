/**
 * Holds a tensor back end of this machine against the plain one, and ends with exit code 1 when it fails a check.
 *
 * Run with `npm run conformance -w libs/compute -- --backend NAME` (`--help` lists the options).
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { describeBackend } from "../describe-backend.ts";
import { openTensorBackend } from "../open-tensor-backend.ts";
import { isRequirement } from "../tensor-backend.ts";
import type { BackendUnderTest } from "./check.ts";
import { runConformance, type Verdict } from "./run-conformance.ts";

const HELP = `Usage: npm run conformance -w libs/compute -- --backend NAME [options]

  --backend NAME    tensorflow, webgpu, wasm, cpu, or gpu for whichever GPU there is
  --software        a GPU that is only simulated will do
  --base FILE       from where the packages of GPU back ends are looked up
  --json            one line of JSON a check
  --help            this text
`;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      backend: { type: "string" },
      software: { type: "boolean", default: false },
      base: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { backend: require, software: allowSoftware, base, json } = values;
  if (values.help || require === undefined || !isRequirement(require)) {
    process.stdout.write(HELP);
    return values.help ? 0 : 2;
  }
  const backend = { require, allowSoftware, base: base && fromCaller(base) };
  return await hold(backend, json ? asJson : asText);
}

/** npm runs this in the package's folder, and says where it was called. */
function fromCaller(path: string): string {
  return path.startsWith("file:") ? path : resolve(process.env["INIT_CWD"] ?? ".", path);
}

async function hold(
  backend: BackendUnderTest,
  show: (verdict: Verdict) => string,
): Promise<number> {
  const begunMs = performance.now();
  const facts = await open(backend);
  if (facts === undefined) return 1;
  process.stderr.write(`${facts.name} on ${facts.device}, held against plain JavaScript\n`);
  const verdicts: Verdict[] = [];
  for await (const verdict of runConformance(backend)) {
    verdicts.push(verdict);
    process.stdout.write(`${show(verdict)}\n`);
  }
  const failed = verdicts.filter(({ passed }) => !passed).length;
  const seconds = ((performance.now() - begunMs) / 1_000).toFixed(1);
  process.stderr.write(`${verdicts.length} checks, ${failed} failed, ${seconds} s\n`);
  return failed === 0 ? 0 : 1;
}

async function open(
  backend: BackendUnderTest,
): Promise<ReturnType<typeof describeBackend> | undefined> {
  try {
    await using opened = await openTensorBackend(backend);
    return describeBackend(opened);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

function asJson(verdict: Verdict): string {
  return JSON.stringify(verdict);
}

function asText({ group, name, passed, result, problem }: Verdict): string {
  const mark = passed ? "ok    " : "FAILED";
  return `${mark} ${group}: ${name}  ${result === undefined ? problem : said(result)}`;
}

function said({ measured, limit, unit }: NonNullable<Verdict["result"]>): string {
  if (unit === "") return `${measured.toExponential(1)} apart, at most ${limit.toExponential(0)}`;
  return `${Math.round(measured)} ${unit}, at most ${limit}`;
}
