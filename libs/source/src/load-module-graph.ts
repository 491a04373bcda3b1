import { relative, resolve, sep } from "node:path";
import {
  byExport,
  codeVersions,
  describeGraph,
  type GraphDescription,
  type GraphFacts,
  graphFrom,
  nodeLocations,
  type UntypedGraph,
} from "@weirflow/dataflow";
import { importFile } from "./module-files.ts";
import { moduleName } from "./module-name.ts";
import { NodeSourceHost } from "./node-source-host.ts";

/** The graph of some function modules, and what their files say of it. */
export interface ModuleGraph {
  readonly graph: UntypedGraph;
  /** The namespaces of the files, and the files, absolute, in their order. */
  readonly modules: readonly object[];
  readonly files: readonly string[];
  /** Names of the modules: those of their files, without folder and ending. */
  readonly moduleNames: readonly string[];
  /** The graph, or a plan of it, with places, comments and code versions. Files are told relative to `folder`. */
  describe(facts?: GraphFacts): GraphDescription;
}

/**
 * Loads function modules as one graph. Runs their code: on the author's machine, nowhere else.
 *
 * @param files - function modules; their order is that of the graph.
 * @param folder - what the described files are relative to.
 * @throws {@link GraphError} `dag/invalid`, with every problem of the graph.
 * @throws whatever a file throws when it is imported.
 * @example
 * const { describe } = await loadModuleGraph(["src/train-model.ts"], process.cwd());
 */
export async function loadModuleGraph(
  files: readonly string[],
  folder: string,
): Promise<ModuleGraph> {
  const entries = files.map((file) => resolve(folder, file));
  const modules: object[] = [];
  for (const file of entries) modules.push(await importFile(file));
  const moduleNames = entries.map(moduleName);
  const graph = graphFrom(modules, { moduleNames });
  const host = new NodeSourceHost();
  const versions = codeVersions({ entries, host });
  const locations = nodeLocations({ entries, host });
  return {
    graph,
    modules,
    files: entries,
    moduleNames,
    describe: (facts = graph) => {
      const described = describeGraph(facts, {
        codeVersionOf: byExport(entries, versions),
        sourceOf: byExport(entries, locations),
      });
      return { ...described, nodes: described.nodes.map((node) => withShownFile(node, folder)) };
    },
  };
}

type DescribedNode = GraphDescription["nodes"][number];

function withShownFile(node: DescribedNode, folder: string): DescribedNode {
  if (node.file === undefined) return node;
  return { ...node, file: relative(folder, node.file).split(sep).join("/") };
}
