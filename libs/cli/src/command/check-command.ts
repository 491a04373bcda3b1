import { loadFlows } from "@weirflow/source";
import { Command } from "commander";
import { ExitCode } from "../exit-code.ts";
import { type CommandContext, type CommonOptions, consoleFor, withCommon } from "./context.ts";

/** `weir check FILES…` */
export function checkCommand(context: CommandContext): Command {
  return withCommon(new Command("check"))
    .description("Load flows and say everything that is wrong with them, at once.")
    .argument("<files...>", "flow files, or folders of them")
    .action(async (files: readonly string[], options: CommonOptions) => {
      const { flows, problems } = await loadFlows(files, context.signal);
      const console = consoleFor(context, options);
      for (const { manifest, file } of flows) {
        const nodes = manifest.calls.reduce((sum, { graph }) => sum + graph.nodes.length, 0);
        console.line(
          `ok  ${manifest.flow}: ${manifest.calls.length} tasks, ${nodes} nodes (${file})`,
        );
      }
      for (const { message } of problems) console.line(message);
      console.line(`${flows.length} flows, ${problems.length} problems`);
      console.json({
        flows: flows.map(({ manifest, file }) => ({
          flow: manifest.flow,
          version: manifest.version,
          file,
        })),
        problems,
      });
      if (problems.length > 0 || flows.length === 0) context.exitWith(ExitCode.usage);
    });
}
