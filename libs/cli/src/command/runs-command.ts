import { cancelRun, run as readRun, runs } from "@weirflow/client";
import { RunState } from "@weirflow/contracts";
import { Command, Option } from "commander";
import { ExitCode } from "../exit-code.ts";
import { runLines, runTable } from "../run/run-lines.ts";
import { showProgress } from "../run/show-progress.ts";
import {
  clientFor,
  type CommandContext,
  consoleFor,
  type ServerOptions,
  withServer,
} from "./context.ts";
import { wholeNumber } from "./parameters.ts";

/** `weir runs ls | show | watch | cancel` */
export function runsCommand(context: CommandContext): Command {
  return new Command("runs")
    .description("Look at runs.")
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(watchCommand(context))
    .addCommand(cancelCommand(context));
}

interface ListOptions extends ServerOptions {
  readonly flow?: string;
  readonly state?: readonly RunState[];
  readonly limit: number;
}

function listCommand(context: CommandContext): Command {
  return withServer(new Command("ls"))
    .description("List runs, the newest first.")
    .option("--flow <flow>", "of this flow alone")
    .addOption(
      new Option("--state <states...>", "in these states").choices(Object.values(RunState)),
    )
    .option("--limit <count>", "at most so many", wholeNumber(1, 100), 20)
    .action(async ({ flow, state, limit, ...options }: ListOptions) => {
      const page = await runs(
        clientFor(context, options),
        {
          first: limit,
          ...(flow === undefined ? {} : { flow }),
          ...(state === undefined ? {} : { states: state }),
        },
        context.signal,
      );
      const console = consoleFor(context, options);
      for (const line of runTable(page.nodes)) console.line(line);
      console.json({ runs: page.nodes, pageInfo: page.pageInfo });
    });
}

function showCommand(context: CommandContext): Command {
  return withServer(new Command("show"))
    .description("Show a run: its tasks, results, artifacts, and what went wrong.")
    .argument("<run>", "id of the run")
    .action(async (id: string, options: ServerOptions) => {
      const console = consoleFor(context, options);
      const run = await readRun(clientFor(context, options), id, context.signal);
      for (const line of runLines(run)) console.line(line);
      console.json({ run });
    });
}

function watchCommand(context: CommandContext): Command {
  return withServer(new Command("watch"))
    .description("Watch a run until it is over.")
    .argument("<run>", "id of the run")
    .action(async (id: string, options: ServerOptions) => {
      const { signal } = context;
      const console = consoleFor(context, options);
      const client = clientFor(context, options);
      const { runId } = await readRun(client, id, signal);
      await showProgress({ client, runId, console, signal });
      const run = await readRun(client, runId, signal);
      for (const line of runLines(run)) console.line(line);
      console.json({ run });
      if (run.state !== "COMPLETED") context.exitWith(ExitCode.failed);
    });
}

interface CancelOptions extends ServerOptions {
  readonly reason?: string;
}

function cancelCommand(context: CommandContext): Command {
  return withServer(new Command("cancel"))
    .description("Cancel a run.")
    .argument("<run>", "id of the run")
    .option("--reason <reason>", "kept with the run")
    .action(async (id: string, { reason, ...options }: CancelOptions) => {
      const input = reason === undefined ? { id } : { id, reason };
      const run = await cancelRun(clientFor(context, options), input, context.signal);
      const console = consoleFor(context, options);
      console.line(`run ${run.runId} is ${run.state}`);
      console.json({ run });
    });
}
