import { resolve } from "node:path";
import type { TypedGraph } from "@weirflow/check";
import type { GraphDescription } from "@weirflow/contracts";
import { didYouMean } from "@weirflow/errors";
import { type LoadedFlow, type LoadedTask, loadFlows, loadModuleGraph } from "@weirflow/source";
import { FlowsUnloadableError, UsageError } from "../errors.ts";
import { type TaskGraph, taskGraphs } from "./flow-pictures.ts";

/** Values of choices, by key. */
export type ChosenValues = Readonly<Record<string, string>>;

/** What files hold: the tasks of flows, or one graph of function modules. */
export interface ShownGraphs {
  readonly kind: "flows" | "modules";
  readonly graphs: readonly ShownGraph[];
}

/** A graph, and what the compiler needs to tell the types of its nodes. */
export interface ShownGraph extends TaskGraph {
  readonly typed: TypedGraph;
}

/**
 * The graphs of some files: of the flows that they export, or of the files as function modules when none exports a flow.
 *
 * @param folder - what the files are relative to.
 * @param choices - made before the graph is shown: what only the other branches need is left out.
 * @throws {@link FlowsUnloadableError} `cli/flows-unloadable`, with every problem of the flows.
 * @throws {@link GraphError} `dag/invalid`, with every problem of the modules or the choices.
 */
export async function shownGraphs(
  files: readonly string[],
  choices: ChosenValues,
  signal: AbortSignal,
  folder: string = process.cwd(),
): Promise<ShownGraphs> {
  const paths = files.map((file) => resolve(folder, file));
  const { flows, problems } = await loadFlows(paths, signal);
  const areModules = flows.length === 0 && problems.every(({ code }) => code === "source/no-flow");
  if (areModules && problems.length > 0)
    return { kind: "modules", graphs: [await moduleGraph(paths, choices, folder)] };
  if (problems.length > 0 || flows.length === 0)
    throw new FlowsUnloadableError(files.join(", "), problems);
  refuseUnknown(choices, flows);
  const graphs = taskGraphs(flows.map(({ manifest }) => manifest)).flatMap((shown) => {
    const typed = taskOf(shown, flows);
    return typed === undefined ? [] : [{ ...chosen(shown, typed, choices), typed }];
  });
  return { kind: "flows", graphs };
}

async function moduleGraph(
  files: readonly string[],
  choices: ChosenValues,
  folder: string,
): Promise<ShownGraph> {
  const loaded = await loadModuleGraph(files, folder);
  const { graph, moduleNames } = loaded;
  const names = graph.nodes.map(({ name }) => name);
  const isOpen = Object.keys(choices).length === 0;
  return {
    flow: "",
    call: "",
    task: moduleNames.join(", "),
    typed: loaded,
    graph: isOpen ? loaded.describe() : loaded.describe(graph.plan(names, choices)),
  };
}

function refuseUnknown(choices: ChosenValues, flows: readonly LoadedFlow[]): void {
  const open = flows.flatMap(({ tasks }) => [...tasks.values()].flatMap(openChoices));
  const unknown = Object.keys(choices).find((key) => !open.includes(key));
  if (unknown === undefined) return;
  throw new UsageError(
    `no task chooses by "${unknown}"${didYouMean(unknown, open)}`,
    open.length === 0 ? "leave it out" : `choices are made by ${[...new Set(open)].join(", ")}`,
  );
}

function openChoices({ graph, outputs }: LoadedTask): readonly string[] {
  const { inputs } = graph.plan(outputs);
  return inputs.flatMap(({ name, choice }) => (choice === undefined ? [] : [name]));
}

function taskOf({ flow, task }: TaskGraph, flows: readonly LoadedFlow[]): LoadedTask | undefined {
  return flows.find(({ manifest }) => manifest.flow === flow)?.tasks.get(task);
}

/** The graph of a task once choices are made that it has; other tasks may have the others. */
function chosen(shown: TaskGraph, task: LoadedTask, choices: ChosenValues): TaskGraph {
  if (Object.keys(choices).length === 0) return shown;
  const open = openChoices(task);
  const own = Object.entries(choices).filter(([key]) => open.includes(key));
  const { nodes, inputs } = task.graph.plan(task.outputs, Object.fromEntries(own));
  const needs = new Map(
    nodes.map(({ name, kind, dependencies }) => [name, { kind, dependencies }]),
  );
  const kept = shown.graph.nodes.flatMap((node): GraphDescription["nodes"] => {
    if (node.kind === "input") return inputs.some(({ name }) => name === node.name) ? [node] : [];
    const now = needs.get(node.name);
    if (now === undefined) return [];
    return [
      { ...node, kind: now.kind, dependencies: now.dependencies.map((each) => ({ ...each })) },
    ];
  });
  return { ...shown, graph: { nodes: kept, edges: edgesOf(kept) } };
}

function edgesOf(nodes: GraphDescription["nodes"]): GraphDescription["edges"] {
  const names = new Set(nodes.map(({ name }) => name));
  return nodes.flatMap(({ name, dependencies }) =>
    dependencies
      .filter((dependency) => names.has(dependency.name))
      .map((dependency): [string, string] => [dependency.name, name]),
  );
}
