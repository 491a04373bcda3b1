import { writeFile } from "node:fs/promises";
import { graphTypes } from "@weirflow/check";
import type { GraphDescription } from "@weirflow/contracts";
import { graphDot, graphMermaid, graphSvg, type GraphPicture } from "@weirflow/dagviz";
import { didYouMean } from "@weirflow/errors";
import { graphPng } from "@weirflow/png";
import { Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../errors.ts";
import {
  type Grouping,
  groupings,
  joinedPicture,
  type TaskGraph,
  titleOf,
} from "../flow/flow-pictures.ts";
import {
  type ChosenValues,
  type ShownGraph,
  type ShownGraphs,
  shownGraphs,
} from "../flow/shown-graphs.ts";
import { viewGraphs } from "../flow/view-graph.ts";
import type { CommandContext } from "./context.ts";
import { graphDiffCommand } from "./graph-diff-command.ts";

interface GraphOptions {
  readonly task?: string;
  readonly json?: boolean;
  readonly dot?: boolean;
  readonly mermaid?: boolean;
  readonly svg?: boolean;
  readonly png?: boolean;
  readonly out?: string;
  readonly upstream?: string;
  readonly downstream?: string;
  readonly between?: readonly [string, string];
  readonly group: Grouping;
  readonly config: ChosenValues;
  readonly inputs: boolean;
  readonly legend: boolean;
}

/** `weir graph FILES…` */
export function graphCommand(context: CommandContext): Command {
  return new Command("graph")
    .enablePositionalOptions()
    .description("Show the graphs of flows or of function modules; by default as a list of nodes.")
    .argument("<files...>", "flow files, folders of them, or function modules as one graph")
    .option("--task <task>", "of this task of a flow alone")
    .addOption(new Option("--json", "as JSON").conflicts(["dot", "mermaid", "svg", "png"]))
    .addOption(new Option("--dot", "as DOT, for Graphviz").conflicts(["mermaid", "svg", "png"]))
    .addOption(new Option("--mermaid", "as Mermaid text").conflicts(["svg", "png"]))
    .addOption(new Option("--svg", "as an SVG picture").conflicts("png"))
    .option("--png", "as a PNG picture; wants --out")
    .option("--out <file>", "write into a file")
    .option("--upstream <node>", "only this and all that it needs")
    .option("--downstream <node>", "only this and all that needs it")
    .option("--between <from..to>", "only what lies between two nodes", twoNames)
    .addOption(
      new Option("--group <by>", "what the boxes of a picture are gathered by")
        .choices(groupings)
        .default("module"),
    )
    .option("--config <key=value>", "make a choice; may be given again", oneChoice, {})
    .option("--no-inputs", "leave inputs out")
    .option("--no-legend", "leave the legend of a picture out")
    .addCommand(graphDiffCommand(context))
    .action(async (files: readonly string[], options: GraphOptions) => {
      const shown = await shownGraphs(files, options.config, context.signal);
      const graphs = viewGraphs(wanted(shown.graphs, options.task), options);
      const drawn = await draw({ kind: shown.kind, graphs }, options);
      if (options.out === undefined) context.out.write(`${String(drawn).trimEnd()}\n`);
      else await writeFile(options.out, drawn);
    });
}

function twoNames(text: string): readonly [string, string] {
  const [from = "", to = "", ...more] = text.split("..");
  if (from === "" || to === "" || more.length > 0)
    throw new InvalidArgumentError("Write two nodes as from..to.");
  return [from, to];
}

function oneChoice(text: string, before: ChosenValues): ChosenValues {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write a choice as key=value.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function wanted(graphs: readonly ShownGraph[], task: string | undefined): readonly ShownGraph[] {
  if (task === undefined) return graphs;
  const found = graphs.filter((graph) => graph.task === task);
  if (found.length > 0) return found;
  const names = graphs.map((graph) => graph.task);
  throw new UsageError(
    `there is no task "${task}"${didYouMean(task, names)}`,
    `there is ${names.join(", ")}`,
  );
}

async function draw(shown: ShownGraphs, options: GraphOptions): Promise<string | Uint8Array> {
  const { legend } = options;
  const picture = (): GraphPicture => joinedPicture(shown.graphs, options);
  if (options.json === true) return JSON.stringify(await jsonOf(shown), null, 2);
  if (options.dot === true) return graphDot(picture());
  if (options.mermaid === true) return graphMermaid(picture());
  if (options.svg === true) return graphSvg(picture(), { legend });
  if (options.png !== true) return shown.graphs.map(list).join("\n\n");
  if (options.out === undefined)
    throw new UsageError("a PNG is not written to a terminal", "add --out graph.png");
  return await graphPng(picture(), { legend });
}

async function jsonOf({ kind, graphs }: ShownGraphs): Promise<unknown> {
  using types = await graphTypes(graphs.map(({ typed }) => typed));
  const typed = graphs.map(({ flow, call, task, graph }, i) => ({
    flow,
    call,
    task,
    graph: withTypes(graph, types.typesOf(i)),
  }));
  return kind === "modules" ? typed[0]?.graph : { graphs: typed };
}

function withTypes(graph: GraphDescription, types: ReadonlyMap<string, string>): unknown {
  const nodes = graph.nodes.map((node) => {
    const type = types.get(node.name);
    return type === undefined ? node : { ...node, type };
  });
  return { ...graph, nodes };
}

/** Each node with what it needs and where it is written. */
function list(shown: TaskGraph): string {
  const { graph } = shown;
  const lines = graph.nodes.map(({ name, kind, dependencies, file, line }) => {
    const needs = dependencies.map((of) => (of.required ? of.name : `${of.name}?`)).join(", ");
    const place = file === undefined ? "" : `  ${file}${line === undefined ? "" : `:${line}`}`;
    return `  ${name} (${kind})${needs === "" ? "" : ` <- ${needs}`}${place}`;
  });
  return [`${titleOf(shown)}: ${graph.nodes.length} nodes`, ...lines].join("\n");
}
