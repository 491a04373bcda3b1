import { graphDot, graphMermaid, type GraphPicture, graphSvg } from "@weirflow/dagviz";
import { didYouMean } from "@weirflow/errors";
import { Command, Option } from "commander";
import { UsageError } from "../errors.ts";
import { joinedPicture, type TaskGraph, taskGraphs } from "../flow/flow-pictures.ts";
import { soundFlows } from "../flow/one-flow.ts";
import type { CommandContext } from "./context.ts";

interface GraphOptions {
  readonly task?: string;
  readonly json?: boolean;
  readonly dot?: boolean;
  readonly mermaid?: boolean;
  readonly svg?: boolean;
}

/** `weir graph FILE` */
export function graphCommand(context: CommandContext): Command {
  return new Command("graph")
    .description("Print the graphs of the tasks of a flow; by default as a list of nodes.")
    .argument("<file>", "a flow file, or a folder of them")
    .option("--task <task>", "of this task alone")
    .addOption(new Option("--json", "as JSON").conflicts(["dot", "mermaid", "svg"]))
    .addOption(new Option("--dot", "as DOT, for Graphviz").conflicts(["mermaid", "svg"]))
    .addOption(new Option("--mermaid", "as Mermaid text").conflicts("svg"))
    .option("--svg", "as an SVG picture")
    .action(async (file: string, options: GraphOptions) => {
      const flows = await soundFlows([file], context.signal);
      const graphs = wanted(taskGraphs(flows.map(({ manifest }) => manifest)), options.task);
      context.out.write(`${print(graphs, options).trimEnd()}\n`);
    });
}

function wanted(graphs: readonly TaskGraph[], task: string | undefined): readonly TaskGraph[] {
  if (task === undefined) return graphs;
  const found = graphs.filter((graph) => graph.task === task);
  if (found.length > 0) return found;
  const names = graphs.map((graph) => graph.task);
  throw new UsageError(
    `there is no task "${task}"${didYouMean(task, names)}`,
    `there is ${names.join(", ")}`,
  );
}

function print(graphs: readonly TaskGraph[], { json, dot, mermaid, svg }: GraphOptions): string {
  if (json === true) return JSON.stringify({ graphs }, null, 2);
  const picture = (draw: (of: GraphPicture) => string): string => draw(joinedPicture(graphs));
  if (dot === true) return picture(graphDot);
  if (mermaid === true) return picture(graphMermaid);
  return svg === true ? picture(graphSvg) : graphs.map(list).join("\n\n");
}

/** Each node with what it needs and where it is written. */
function list({ flow, task, graph }: TaskGraph): string {
  const lines = graph.nodes.map(({ name, kind, dependencies, file, line }) => {
    const needs = dependencies.map((of) => (of.required ? of.name : `${of.name}?`)).join(", ");
    const place = file === undefined ? "" : `  ${file}${line === undefined ? "" : `:${line}`}`;
    return `  ${name} (${kind})${needs === "" ? "" : ` <- ${needs}`}${place}`;
  });
  return [`${flow} / ${task}: ${graph.nodes.length} nodes`, ...lines].join("\n");
}
