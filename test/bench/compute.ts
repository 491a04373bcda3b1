/**
 * How fast models train: batches a second on each back end that this machine has, with ratios to the plain one and to
 * WebAssembly as it is published.
 *
 * Each back end has a process of its own. They take turns, model by model, and the best of some rounds counts. Compare rows
 * of one run, not figures of two: the machine's other work is in them.
 *
 * Run with `node --conditions=@weirflow/source test/bench/compute.ts`. Options: `--backends cpu,stock-wasm,wasm,webgpu,tensorflow`
 * (all of them, where they can be had), `--models cnn,lstm` (parts of names; all), `--batch 32`, `--seconds 0.7` for each
 * model and round, `--rounds 3`, `--software` for simulated GPUs too.
 */
import { parseArgs } from "node:util";
import { answerModels, type BackendApart, openApart } from "./training/apart.ts";
import type { Candidate } from "./training/measure.ts";
import { subjects } from "./training/subjects.ts";
import { reasonsOf, tableOf } from "./training/table.ts";

const candidates: readonly Candidate[] = ["cpu", "stock-wasm", "wasm", "webgpu", "tensorflow"];

const { values } = parseArgs({
  options: {
    backends: { type: "string", default: candidates.join(",") },
    models: { type: "string", default: "" },
    batch: { type: "string", default: "32" },
    seconds: { type: "string", default: "0.7" },
    rounds: { type: "string", default: "3" },
    software: { type: "boolean", default: false },
    measure: { type: "string" },
  },
});
if (values.measure === undefined) await compare();
else
  await answerModels(candidateOf(values.measure), {
    batch: Number(values.batch),
    minMs: Number(values.seconds) * 1_000,
    allowSoftware: values.software,
  });

function candidateOf(name: string): Candidate {
  const known = candidates.find((candidate) => candidate === name);
  if (known === undefined) throw new Error(`no back end is named "${name}": ${candidates.join()}`);
  return known;
}

async function compare(): Promise<void> {
  using stack = new DisposableStack();
  const opened = new Map<Candidate, BackendApart>();
  for (const name of values.backends.split(",").map(candidateOf)) {
    const backend = await openApart(name);
    if (typeof backend === "string") console.log(`${name} is left out: ${backend}`);
    else opened.set(name, stack.use(backend));
  }
  const best = new Map(
    [...opened].map(([name, { device }]) => [
      name,
      { device, speeds: new Map<string, number | string>() },
    ]),
  );
  for (let round = 0; round < Number(values.rounds); round++)
    for (const subject of chosenModels())
      for (const [name, backend] of opened) {
        const speed = await backend.speedOf(subject);
        const speeds = best.get(name)?.speeds;
        speeds?.set(subject, better(speed, speeds.get(subject)));
      }
  console.log(`\nTraining, batches of ${values.batch}, Node ${process.version}\n`);
  console.log(tableOf(best));
  const reasons = reasonsOf(best);
  if (reasons.length > 0) console.log(`\n${reasons.map((reason) => `- ${reason}`).join("\n")}`);
}

function chosenModels(): readonly string[] {
  const parts = values.models.toLowerCase().split(",");
  return Object.keys(subjects).filter((name) =>
    parts.some((part) => name.toLowerCase().includes(part)),
  );
}

function better(one: number | string, other: number | string | undefined): number | string {
  if (typeof one === "number" && typeof other === "number") return Math.max(one, other);
  return typeof other === "number" ? other : one;
}
