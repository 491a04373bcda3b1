/**
 * How fast models train: batches a second on each back end that this machine has, with ratios to the plain one and to
 * WebAssembly as it is published.
 *
 * Each back end is measured in a process of its own, one after the other. Compare rows of one run, not figures of two: the
 * machine's other work is in them.
 *
 * Run with `node --conditions=@weirflow/source test/bench/compute.ts`. Options: `--backends cpu,stock-wasm,wasm,webgpu,tensorflow`
 * (all of them, where they can be had), `--batch 32`, `--seconds 1.5` for each model, `--software` for simulated GPUs too.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { type Candidate, measure, type Measured, type MeasureOptions } from "./training/measure.ts";
import { reasonsOf, tableOf } from "./training/table.ts";

const candidates: readonly Candidate[] = ["cpu", "stock-wasm", "wasm", "webgpu", "tensorflow"];

/** What a process that measures tells. */
type Report = Measured | { readonly skipped: string };

const { values } = parseArgs({
  options: {
    backends: { type: "string", default: candidates.join(",") },
    batch: { type: "string", default: "32" },
    seconds: { type: "string", default: "1.5" },
    software: { type: "boolean", default: false },
    measure: { type: "string" },
  },
});
const options: MeasureOptions = {
  batch: Number(values.batch),
  minMs: Number(values.seconds) * 1_000,
  allowSoftware: values.software,
};
if (values.measure === undefined) await compare(named(values.backends));
else await tell(await reportOf(named(values.measure)));

function named(list: string): readonly Candidate[] {
  return list.split(",").map((name) => {
    const known = candidates.find((candidate) => candidate === name);
    if (known === undefined)
      throw new Error(`no back end is named "${name}": ${candidates.join()}`);
    return known;
  });
}

async function compare(names: readonly Candidate[]): Promise<void> {
  const measured = new Map<Candidate, Measured>();
  for (const name of names) {
    const report = await measuredApart(name);
    if ("skipped" in report) console.log(`${name} is left out: ${report.skipped}`);
    else measured.set(name, report);
  }
  console.log(`\nTraining, batches of ${options.batch}, Node ${process.version}\n`);
  console.log(tableOf(measured));
  for (const reason of reasonsOf(measured)) console.log(reason);
}

/** In a process of its own: back ends share nothing, and one that crashes takes nothing along. */
async function measuredApart(name: Candidate): Promise<Report> {
  const [, program = ""] = process.argv;
  const child = fork(program, [...process.argv.slice(2), "--measure", name]);
  let report: Report | undefined;
  child.on("message", (message) => {
    // sent by `tell`
    report = message as Report;
  });
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return report ?? { skipped: `its process ended with ${signal ?? `code ${code}`}` };
}

async function reportOf([name]: readonly Candidate[]): Promise<Report> {
  try {
    return await measure(name ?? "cpu", options);
  } catch (error) {
    return { skipped: error instanceof Error ? error.message : String(error) };
  }
}

async function tell(report: Report): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.send?.(report, () => {
    resolve();
  });
  await promise;
  process.disconnect();
}
