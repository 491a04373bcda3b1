import { Command } from "commander";
import { checkCommand } from "./command/check-command.ts";
import { configCommand } from "./command/config-command.ts";
import type { CommandContext } from "./command/context.ts";
import { demoCommand } from "./command/demo-command.ts";
import { deployCommand } from "./command/deploy-command.ts";
import { devCommand } from "./command/dev-command.ts";
import { graphCommand } from "./command/graph-command.ts";
import { runCommand } from "./command/run-command.ts";
import { runsCommand } from "./command/runs-command.ts";
import { scheduleCommand } from "./command/schedule-command.ts";
import { workerCommand } from "./command/worker-command.ts";
import { type ExitCode, exitCodeOf } from "./exit-code.ts";
import { reportError } from "./report-error.ts";

const COMMANDS = [
  devCommand,
  demoCommand,
  deployCommand,
  runCommand,
  runsCommand,
  checkCommand,
  graphCommand,
  configCommand,
  scheduleCommand,
  workerCommand,
] as const;

/**
 * Runs a command line.
 *
 * @param argv - the words after `weir`.
 * @returns the exit code: 0 ok, 1 run failed, 2 usage, 3 not found, 4 unreachable.
 * @example
 * process.exitCode = await runProgram(["runs", "ls", "--json"], context);
 */
export async function runProgram(
  argv: readonly string[],
  context: Omit<CommandContext, "exitWith">,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram({ ...context, exitWith: (wanted) => (code = wanted) });
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (thrown) {
    reportError(thrown, { ...context, isJson: argv.includes("--json") });
    return exitCodeOf(thrown);
  }
}

function createProgram(context: CommandContext): Command {
  const program = new Command("weir")
    .description("Dataflow graphs from plain functions, run durably over NATS.")
    .version("0.1.0")
    .enablePositionalOptions() // so that `graph diff` may have options that `graph` has
    .showHelpAfterError()
    .showSuggestionAfterError();
  for (const create of COMMANDS) program.addCommand(create(context));
  for (const command of everyCommand(program))
    command.exitOverride().configureOutput({
      writeOut: (text) => context.out.write(text),
      writeErr: (text) => context.err.write(text),
    });
  return program;
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
