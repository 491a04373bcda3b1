import { deploy, type DeploymentView } from "@weirflow/client";
import { Command } from "commander";
import { soundFlows } from "../flow/one-flow.ts";
import {
  clientFor,
  type CommandContext,
  consoleFor,
  type ServerOptions,
  withServer,
} from "./context.ts";
import { type ParameterOptions, parametersOf, repeated } from "./parameters.ts";

interface DeployOptions extends ServerOptions, ParameterOptions {
  readonly name: string;
  readonly paused?: boolean;
}

/** `weir deploy FILES…` */
export function deployCommand(context: CommandContext): Command {
  return withServer(new Command("deploy"))
    .description("Send flows to a server: new versions, schedules and triggers.")
    .argument("<files...>", "flow files, or folders of them")
    .option("--name <name>", "name of the deployment", "default")
    .option("-p, --param <name=value>", "a parameter of every run", repeated)
    .option("--params <json>", "parameters as one JSON object")
    .option("--paused", "start no run by schedule or trigger yet")
    .action(async (files: readonly string[], options: DeployOptions) => {
      await deployFlows(context, files, options);
    });
}

async function deployFlows(
  context: CommandContext,
  files: readonly string[],
  options: DeployOptions,
): Promise<void> {
  const { signal } = context;
  const console = consoleFor(context, options);
  const client = clientFor(context, options);
  const { name, paused = false } = options;
  const params = parametersOf(options);
  const deployed: DeploymentView[] = [];
  for (const { manifest } of await soundFlows(files, signal)) {
    const input = { manifest, name, params, paused };
    const { deployment, created } = await deploy(client, input, signal);
    deployed.push(deployment);
    const what = created ? "deployed" : "updated";
    console.line(`${what} ${manifest.flow}/${name} version ${manifest.version.slice(0, 12)}`);
    for (const { slug, nextAt } of deployment.schedules)
      console.line(`  schedule ${slug}, next ${nextAt ?? "never"}`);
    for (const { slug, kind, of } of deployment.triggers)
      console.line(`  trigger ${slug}: ${kind.toLowerCase()} ${of}`);
  }
  console.json({ deployments: deployed });
}
