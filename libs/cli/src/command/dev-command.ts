import { existsSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { aborted } from "@weirflow/lifecycle";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { startStack } from "../stack/start-stack.ts";
import { type CommandContext, type CommonOptions, consoleFor, withCommon } from "./context.ts";
import { repeated, wholeNumber } from "./parameters.ts";

interface DevOptions extends CommonOptions {
  readonly flows?: readonly string[];
  readonly port?: number;
  readonly dir: string;
}

const DEFAULT_PORT = 4280;

/** `weir dev` */
export function devCommand(context: CommandContext): Command {
  return withCommon(new Command("dev"))
    .description("Run everything on this machine: Postgres, NATS and every service, until Ctrl-C.")
    .option("--flows <path>", "files and folders of flows that the workers serve", repeated)
    .option(
      "--port <port>",
      `of the gateway; 0 takes a free one (WEIR_GATEWAY_PORT; default ${DEFAULT_PORT})`,
      wholeNumber(0, 65_535),
    )
    .option("--dir <folder>", "where data lives", ".weirflow")
    .action(async (options: DevOptions) => {
      await runDev(context, options);
    });
}

async function runDev(context: CommandContext, options: DevOptions): Promise<void> {
  const { env, err, signal } = context;
  const console = consoleFor(context, options);
  await using stack = await startStack({
    dir: resolve(options.dir),
    flows: flowPaths(options, env),
    gatewayPort: options.port ?? Number(env["WEIR_GATEWAY_PORT"] || DEFAULT_PORT),
    env,
    onLine: (service, line) => err.write(`${service.padEnd(10)} | ${line}\n`),
    onStep: (text) => console.line(text),
    signal,
  });
  const urls = { graphql: `${stack.gatewayUrl}/graphql`, nats: stack.natsUrl };
  console.line(`ready     ${urls.graphql}`);
  console.json({ urls, pids: stack.pids() });
  await aborted(signal);
  console.line("draining; again Ctrl-C ends at once");
}

/** What the workers serve: the option, else the variable, else the folder `flows`. */
function flowPaths({ flows }: DevOptions, env: CommandContext["env"]): readonly string[] {
  const paths = flows ?? (env["WEIR_FLOWS"] || "flows").split(delimiter);
  for (const path of paths)
    if (!existsSync(path))
      throw new UsageError(
        `there is no "${path}" to take flows from`,
        "name a file or folder with --flows",
      );
  return paths;
}
