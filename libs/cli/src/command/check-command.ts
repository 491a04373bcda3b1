import { Command } from "commander";
import { ExitCode } from "../exit-code.ts";
import { type CheckedFiles, checkFiles } from "../flow/checked-files.ts";
import { type CommandContext, type CommonOptions, consoleFor, withCommon } from "./context.ts";

interface CheckOptions extends CommonOptions {
  readonly strict?: boolean;
}

/** `weir check FILES…` */
export function checkCommand(context: CommandContext): Command {
  return withCommon(new Command("check"))
    .description(
      "Load flows or function modules and say everything that is wrong with them, at once.",
    )
    .argument("<files...>", "flow files, folders of them, or function modules as one graph")
    .option("--strict", "also nodes that nothing needs, and values of unknown type")
    .action(async (files: readonly string[], options: CheckOptions) => {
      const isStrict = options.strict === true;
      const checked = await checkFiles(files, { isStrict, signal: context.signal });
      const { flows, moduleNodes, problems } = checked;
      const console = consoleFor(context, options);
      for (const line of fineLines(checked)) console.line(line);
      for (const { message } of problems) console.line(message);
      const subject = moduleNodes === undefined ? `${flows.length} flows` : `${moduleNodes} nodes`;
      console.line(`${subject}, ${problems.length} problems`);
      console.json({
        flows: flows.map(({ manifest, file }) => ({
          flow: manifest.flow,
          version: manifest.version,
          file,
        })),
        problems,
      });
      const isNothing = flows.length === 0 && moduleNodes === undefined;
      if (problems.length > 0 || isNothing) context.exitWith(ExitCode.usage);
    });
}

function fineLines({ flows }: CheckedFiles): readonly string[] {
  return flows.map(({ manifest, file }) => {
    const nodes = manifest.calls.reduce((sum, { graph }) => sum + graph.nodes.length, 0);
    return `ok  ${manifest.flow}: ${manifest.calls.length} tasks, ${nodes} nodes (${file})`;
  });
}
