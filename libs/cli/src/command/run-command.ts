import { run as readRun, startRun } from "@weirflow/client";
import { Command } from "commander";
import { ExitCode } from "../exit-code.ts";
import { showProgress } from "../run/show-progress.ts";
import { runLines } from "../run/run-lines.ts";
import {
  clientFor,
  type CommandContext,
  consoleFor,
  type ServerOptions,
  withServer,
} from "./context.ts";
import { type ParameterOptions, parametersOf, repeated } from "./parameters.ts";

interface RunOptions extends ServerOptions, ParameterOptions {
  readonly key?: string;
  readonly detach?: boolean;
}

/** `weir run FLOW` */
export function runCommand(context: CommandContext): Command {
  return withServer(new Command("run"))
    .description("Start a run of a deployed flow, and watch it until it is over.")
    .argument("<deployment>", "flow, flow/name, or the id of a deployment")
    .option("-p, --param <name=value>", "a parameter", repeated)
    .option("--params <json>", "parameters as one JSON object")
    .option("--key <key>", "the same key gives the same run, however often it is started")
    .option("-d, --detach", "do not wait for the end")
    .action(async (deployment: string, options: RunOptions) => {
      await startAndWatch(context, deployment, options);
    });
}

async function startAndWatch(
  context: CommandContext,
  deployment: string,
  options: RunOptions,
): Promise<void> {
  const { signal } = context;
  const console = consoleFor(context, options);
  const client = clientFor(context, options);
  const input = {
    deployment,
    params: parametersOf(options),
    ...(options.key === undefined ? {} : { idempotencyKey: options.key }),
  };
  const { run, created } = await startRun(client, input, signal);
  console.line(`${created ? "started" : "found"} run ${run.runId}`);
  if (options.detach === true) return console.json({ run, created });
  await showProgress({ client, runId: run.runId, console, signal });
  const view = await readRun(client, run.runId, signal);
  for (const line of runLines(view)) console.line(line);
  console.json({ run: view, created });
  if (view.state !== "COMPLETED") context.exitWith(ExitCode.failed);
}
