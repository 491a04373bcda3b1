import { resolve } from "node:path";
import { type GraphTypes, graphTypes, type TypedGraph, type TypeProblem } from "@weirflow/check";
import { GraphError } from "@weirflow/dataflow";
import { type LoadedFlow, loadFlows, loadModuleGraph } from "@weirflow/source";

/** One thing that is wrong with files, as `weir check` tells it. */
export interface CheckProblem {
  readonly code: string;
  readonly reason: string;
  readonly fix: string;
  /** Absolute. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: number;
  readonly node?: string;
  /** All of it in one line: `file:line:column: reason (code); fix`. */
  readonly message: string;
}

/** What was checked, and all that is wrong with it. */
export interface CheckedFiles {
  readonly flows: readonly LoadedFlow[];
  /** Nodes of the function modules, where the files are those and no flows. */
  readonly moduleNodes: number | undefined;
  readonly problems: readonly CheckProblem[];
}

/**
 * Loads flows, or function modules where no file exports a flow, and checks their graphs: as far as loading shows, then
 * every edge with the compiler.
 *
 * @param isStrict - whether nodes that nothing needs, and values of unknown type, are problems.
 */
export async function checkFiles(
  files: readonly string[],
  { isStrict, signal }: { readonly isStrict: boolean; readonly signal: AbortSignal },
): Promise<CheckedFiles> {
  const { flows, problems } = await loadFlows(files, signal);
  const areModules = flows.length === 0 && problems.every(({ code }) => code === "source/no-flow");
  if (areModules && problems.length > 0) return await checkModules(files, isStrict);
  const graphs = flows.flatMap(({ tasks }) => [...tasks.values()]);
  const unused = isStrict ? unusedNodes(flows) : [];
  return {
    flows,
    moduleNodes: undefined,
    problems: [...problems, ...unused, ...(await typeProblems(graphs, isStrict))],
  };
}

async function checkModules(files: readonly string[], isStrict: boolean): Promise<CheckedFiles> {
  try {
    const loaded = await loadModuleGraph(
      files.map((file) => resolve(file)),
      process.cwd(),
    );
    return {
      flows: [],
      moduleNodes: loaded.graph.nodes.length,
      problems: await typeProblems([loaded], isStrict),
    };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const problems = error.problems.map(({ code, message, node, fix }) =>
      problemAt({ code, reason: message, fix: fix ?? "", ...(node === undefined ? {} : { node }) }),
    );
    return { flows: [], moduleNodes: 0, problems };
  }
}

async function typeProblems(
  graphs: readonly TypedGraph[],
  strict: boolean,
): Promise<readonly CheckProblem[]> {
  if (graphs.length === 0) return [];
  using types: GraphTypes = await graphTypes(graphs);
  return types.problems({ strict }).map(fromTypes);
}

function fromTypes({ code, reason, fix, node, place }: TypeProblem): CheckProblem {
  return problemAt({ code, reason, fix, ...(node === undefined ? {} : { node }), ...place });
}

/** Nodes that no output of any task of their module needs. */
function unusedNodes(flows: readonly LoadedFlow[]): readonly CheckProblem[] {
  const tasks = flows.flatMap(({ tasks: byName }) => [...byName.values()]);
  const used = new Set<string>();
  for (const { graph, outputs, files } of tasks)
    for (const node of graph.plan(outputs).nodes)
      used.add(`${files[node.module]} ${node.exportName}`);
  const unused = new Map<string, CheckProblem>();
  for (const { graph, files } of tasks)
    for (const { name, exportName, module } of graph.nodes) {
      const file = files[module] ?? "";
      const key = `${file} ${exportName}`;
      if (name !== exportName || used.has(key)) continue;
      const reason = `no output of a task needs "${name}"`;
      const fix = `ask for it, take it away, or call it "_${name}" to keep it out of graphs`;
      unused.set(key, problemAt({ code: "check/unused-node", reason, fix, file, node: name }));
    }
  return [...unused.values()];
}

function problemAt(problem: Omit<CheckProblem, "message">): CheckProblem {
  const { file, line, column, reason, code, fix } = problem;
  const at = [file, line, column].filter((part) => part !== undefined).join(":");
  const where = at === "" ? "" : `${at}: `;
  return { ...problem, message: `${where}${reason} (${code})${fix === "" ? "" : `; ${fix}`}` };
}
