import { dirname, relative, sep } from "node:path";
import type { FlowManifest, GraphDescription } from "@weirflow/contracts";
import { codeVersions, graphFrom, nodeLocations, type UntypedGraph } from "@weirflow/dataflow";
import {
  type Flow,
  flowDefinition,
  FlowError,
  manifestOf,
  recordFlow,
  type TaskDefinition,
} from "@weirflow/flow";
import { describeTask, type TaskCode } from "./describe-task.ts";
import { type FlowLines, flowLines, syntaxErrorLine } from "./flow-lines.ts";
import { gitCommit } from "./git-commit.ts";
import type { LoadedFlow, LoadedFlows, LoadedTask } from "./load-flows.ts";
import { importFile, type ModuleFiles, moduleFiles } from "./module-files.ts";
import { moduleName } from "./module-name.ts";
import type { NodeSourceHost } from "./node-source-host.ts";
import { flowProblemAt, type Place, problemAt, type SourceProblem } from "./problem.ts";

/** Loads the flows that one file exports. */
export async function loadFlowFile(file: string, host: NodeSourceHost): Promise<LoadedFlows> {
  let exported: ReadonlySet<Flow>;
  try {
    exported = new Set(Object.values(await importFile(file)).filter(isFlow));
  } catch (thrown) {
    const line = syntaxErrorLine(file, host.readFile(file));
    return { flows: [], problems: [loadProblem({ file, line }, thrown)] };
  }
  const loader: FlowLoader = {
    file,
    host,
    modules: await moduleFiles(file),
    lines: flowLines(file, host.readFile(file)),
    commit: await gitCommit(dirname(file)),
  };
  const flows: LoadedFlow[] = [];
  const problems: SourceProblem[] = [];
  for (const flow of exported) {
    const loaded = loadFlow(flow, loader);
    if ("manifest" in loaded) flows.push(loaded);
    else problems.push(...loaded.problems);
  }
  return { flows, problems };
}

interface FlowLoader {
  readonly file: string;
  readonly host: NodeSourceHost;
  readonly modules: ModuleFiles;
  readonly lines: ReadonlyMap<string, FlowLines>;
  readonly commit: string | undefined;
}

function loadFlow(
  flow: Flow,
  loader: FlowLoader,
): LoadedFlow | { readonly problems: readonly SourceProblem[] } {
  const { file, lines } = loader;
  const at = lines.get(flow.name);
  try {
    const { tasks: definitions } = recordFlow(flow);
    const unplaced = definitions.flatMap((task) => unplacedModules(task, loader, at));
    if (unplaced.length > 0) return { problems: unplaced };
    const tasks = new Map(definitions.map((task) => [task.name, loadedTask(task, loader)]));
    const graphs = graphsOf(tasks, loader);
    const manifest = manifestOf(flow, { graphs, source: sourceOf(loader) });
    return { manifest, file, flow, tasks };
  } catch (thrown) {
    if (!(thrown instanceof FlowError))
      return { problems: [loadProblem({ file, line: at?.flow }, thrown)] };
    const place = { file, line: at?.flow };
    return {
      problems: thrown.problems.map((problem) => flowProblemAt(place, at?.run, problem)),
    };
  }
}

function graphsOf(
  tasks: ReadonlyMap<string, LoadedTask>,
  { file, host }: FlowLoader,
): Readonly<Record<string, GraphDescription>> {
  const entries = [...new Set([...tasks.values()].flatMap(({ files }) => files))];
  const code: TaskCode = {
    flowFile: file,
    versions: codeVersions({ entries, host }),
    locations: nodeLocations({ entries, host }),
  };
  const graphs = [...tasks].map(([name, task]) => [name, describeTask(task, code)] as const);
  return Object.fromEntries(graphs);
}

/** A module that no file stands for has no code version: its nodes could change unnoticed. */
function unplacedModules(
  { name, modules: namespaces }: TaskDefinition,
  { file, modules }: FlowLoader,
  at: FlowLines | undefined,
): readonly SourceProblem[] {
  if (namespaces.every((namespace) => modules.has(namespace))) return [];
  return [
    problemAt(
      { file, line: at?.flow },
      {
        code: "source/unknown-module",
        reason: `a module of the task "${name}" is no file that the flow imports`,
        fix: 'import it with `import * as train from "./train-model.ts"` and pass that',
      },
    ),
  ];
}

function loadedTask(definition: TaskDefinition, { modules }: FlowLoader): LoadedTask {
  const files = definition.modules.map((namespace) => modules.get(namespace) ?? "");
  const moduleNames = files.map(moduleName);
  const graph = graphFrom(definition.modules, { moduleNames });
  return {
    graph: fixedGraph(graph, definition),
    modules: definition.modules,
    outputs: definition.outputs,
    files,
  };
}

/** Plans with the choices that the task fixes, under those that the caller makes. */
function fixedGraph(graph: UntypedGraph, { fix }: TaskDefinition): UntypedGraph {
  return { ...graph, plan: (names, choices = {}) => graph.plan(names, { ...fix, ...choices }) };
}

function sourceOf({ file, commit }: FlowLoader): NonNullable<FlowManifest["source"]> {
  const shown = relative(process.cwd(), file).split(sep).join("/");
  return { file: shown, ...(commit === undefined ? {} : { gitCommit: commit }) };
}

function isFlow(value: unknown): value is Flow {
  return flowDefinition(value) !== undefined;
}

/** What was thrown while a file was loaded; where it does not parse, at that line, else where its code threw. */
function loadProblem({ file, line }: Place, thrown: unknown): SourceProblem {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const thrownAt = Number.parseInt(error.stack?.split(`${file}:`)[1] ?? "", 10);
  return problemAt(
    { file, line: line ?? (Number.isNaN(thrownAt) ? undefined : thrownAt) },
    {
      code: "source/load-failed",
      reason: `${error.name}: ${error.message.split("\n")[0] ?? ""}`,
      fix: "mend the file, or what it imports",
    },
  );
}
