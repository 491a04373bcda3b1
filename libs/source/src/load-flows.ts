import type { FlowManifest } from "@weirflow/contracts";
import type { UntypedGraph } from "@weirflow/dataflow";
import type { Flow } from "@weirflow/flow";
import { flowFiles, isFlowFile } from "./flow-files.ts";
import { loadFlowFile } from "./load-flow-file.ts";
import { NodeSourceHost } from "./node-source-host.ts";
import { problemAt, type SourceProblem } from "./problem.ts";

/** A task of a loaded flow, ready to be planned. */
export interface LoadedTask {
  /** Plans with the choices that the task fixes, unless others are given. */
  readonly graph: UntypedGraph;
  /** Namespaces of the function modules. */
  readonly modules: readonly object[];
  readonly outputs: readonly string[];
  /** Files of the modules, absolute, in their order. */
  readonly files: readonly string[];
}

/** A flow that was loaded from a file. */
export interface LoadedFlow {
  readonly manifest: FlowManifest;
  /** The file that exports it, absolute. */
  readonly file: string;
  readonly flow: Flow;
  /** By the names of the tasks. */
  readonly tasks: ReadonlyMap<string, LoadedTask>;
}

/** The flows of some files, and everything that is wrong with others. */
export interface LoadedFlows {
  readonly flows: readonly LoadedFlow[];
  readonly problems: readonly SourceProblem[];
}

/**
 * Loads the flows that files and folders export. Runs their code: on the author's machine or in a worker, nowhere else.
 *
 * In folders, `flow.ts` and `*.flow.ts` are looked into (or `.js`), at any depth; a file that is named itself has to
 * export a flow. The same files give the same versions on every machine. Nothing is thrown for a file that is wrong: its
 * problems are collected, and the other flows are loaded.
 *
 * @param paths - files and folders.
 * @example
 * const { flows, problems } = await loadFlows(["flows"], signal);
 */
export async function loadFlows(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<LoadedFlows> {
  const found = await flowFiles(paths, signal);
  const host = new NodeSourceHost();
  const flows: LoadedFlow[] = [];
  const problems: SourceProblem[] = [...found.problems];
  for (const file of found.files) {
    signal.throwIfAborted();
    const loaded = await loadFlowFile(file, host);
    flows.push(...loaded.flows);
    problems.push(...loaded.problems);
    const isEmpty = loaded.flows.length === 0 && loaded.problems.length === 0;
    if (isEmpty && !isFlowFile(file)) problems.push(noFlow(file));
  }
  return { flows, problems: [...problems, ...duplicates(flows)] };
}

function noFlow(file: string): SourceProblem {
  return problemAt(
    { file },
    {
      code: "source/no-flow",
      reason: "it exports no flow",
      fix: "export what flow({ … }) returns",
    },
  );
}

function duplicates(flows: readonly LoadedFlow[]): readonly SourceProblem[] {
  const first = new Map<string, LoadedFlow>();
  return flows.flatMap((flow) => {
    const { name } = flow.flow;
    const known = first.get(name) ?? flow;
    first.set(name, known);
    if (known === flow || known.manifest.version === flow.manifest.version) return [];
    return problemAt(
      { file: flow.file },
      {
        code: "source/duplicate-flow",
        reason: `the flow "${name}" is another one in ${known.file}`,
        fix: "give each flow a name of its own",
      },
    );
  });
}
