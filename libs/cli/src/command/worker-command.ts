import { delimiter, resolve } from "node:path";
import { aborted } from "@weirflow/lifecycle";
import { Command, Option } from "commander";
import { serviceEntry } from "../stack/service-entries.ts";
import { supervise } from "../stack/supervise.ts";
import { type CommandContext, type CommonOptions, consoleFor, withCommon } from "./context.ts";
import { repeated, wholeNumber } from "./parameters.ts";

interface WorkerOptions extends CommonOptions {
  readonly kind: "cpu" | "gpu";
  readonly pool?: string;
  readonly flows?: readonly string[];
  readonly concurrency?: number;
}

/** `weir worker` */
export function workerCommand(context: CommandContext): Command {
  return withCommon(new Command("worker"))
    .description("Run one worker on this machine until Ctrl-C; it needs WEIR_NATS_URL and no more.")
    .addOption(
      new Option("--kind <kind>", "threads, or processes with a GPU")
        .choices(["cpu", "gpu"])
        .default("cpu"),
    )
    .option("--pool <pool>", "the pool that it serves; by default its kind")
    .option("--flows <path>", "files and folders of flows that it serves", repeated)
    .option("--concurrency <count>", "tasks at once", wholeNumber(1, 1_000))
    .action(async (options: WorkerOptions) => {
      await runWorker(context, options);
    });
}

async function runWorker(context: CommandContext, options: WorkerOptions): Promise<void> {
  const { env, err, signal } = context;
  const { kind, pool, flows, concurrency } = options;
  const service = `${kind}-worker` as const;
  const console = consoleFor(context, options);
  await using _worker = supervise({
    args: serviceEntry(service),
    env: {
      ...env,
      ...(pool === undefined ? {} : { WEIR_POOL: pool }),
      ...(flows === undefined
        ? {}
        : { WEIR_FLOWS: flows.map((path) => resolve(path)).join(delimiter) }),
      ...(concurrency === undefined ? {} : { WEIR_CONCURRENCY: String(concurrency) }),
    },
    onLine: (line) => err.write(`${line}\n`),
    onRestart: (reason) => console.line(`${service}: ${reason}; starting it again`),
  });
  await aborted(signal);
}
