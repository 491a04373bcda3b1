import { resolve } from "node:path";
import { Command, Option } from "commander";
import { runDemo } from "../demo/run-demo.ts";
import { ExitCode } from "../exit-code.ts";
import { type CommandContext, type CommonOptions, consoleFor, withCommon } from "./context.ts";

interface DemoCommandOptions extends CommonOptions {
  readonly rawData?: string;
  readonly task: string;
  readonly keep?: boolean;
  readonly dir: string;
}

/** `weir demo` */
export function demoCommand(context: CommandContext): Command {
  return withCommon(new Command("demo"))
    .description("Run the example end to end: servers, services, a run, its results.")
    .option("--raw-data <file-or-url>", "the table; by default the published one, else a sample")
    .addOption(
      new Option("--task <task>", "what the model predicts")
        .choices(["binaryClassification", "continuousRegression"])
        .default("binaryClassification"),
    )
    .option("--keep", "stay up afterwards, until Ctrl-C")
    .option("--dir <folder>", "where data lives", ".weirflow")
    .action(async (options: DemoCommandOptions) => {
      const code = await runDemo({
        rawData: options.rawData,
        task: options.task,
        keep: options.keep === true,
        dir: resolve(options.dir),
        env: context.env,
        console: consoleFor(context, options),
        signal: context.signal,
      });
      context.exitWith(code === 0 ? ExitCode.ok : ExitCode.failed);
    });
}
