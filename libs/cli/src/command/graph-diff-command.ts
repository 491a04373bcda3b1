import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { GraphDescription } from "@weirflow/contracts";
import { diffGraphs, type GraphDiff, isSameGraph } from "@weirflow/dataflow";
import { Command } from "commander";
import { atRevision } from "../flow/at-revision.ts";
import { UsageError } from "../errors.ts";
import type { TaskGraph } from "../flow/flow-pictures.ts";
import { shownGraphs } from "../flow/shown-graphs.ts";
import { type CommandContext, type CommonOptions, consoleFor, withCommon } from "./context.ts";

/** `weir graph diff REV FILES…` */
export function graphDiffCommand(context: CommandContext): Command {
  return withCommon(new Command("diff"))
    .description("Say what changed in the graphs since a git revision.")
    .argument("<revision>", "a commit, branch or tag")
    .argument("<files...>", "flow files, folders of them, or function modules as one graph")
    .action(async (revision: string, files: readonly string[], options: CommonOptions) => {
      const paths = files.map((file) => relative(process.cwd(), resolve(file)));
      const load = async (folder: string): Promise<readonly TaskGraph[]> => {
        const there = paths.filter((path) => existsSync(join(folder, path)));
        if (there.length === 0) return [];
        return (await shownGraphs(there, {}, context.signal, folder)).graphs;
      };
      const before = await atRevision(revision, load);
      const now = await load(process.cwd());
      if (before.length + now.length === 0)
        throw new UsageError(
          `${files.join(", ")}: nothing is there, neither now nor at ${revision}`,
          "name a file of this repository, as it is called now or was called then",
        );
      const areMany = Math.max(before.length, now.length) > 1;
      const diff = diffGraphs(oneGraph(before, areMany), oneGraph(now, areMany));
      const console = consoleFor(context, options);
      for (const line of diffLines(diff)) console.line(line);
      console.json(diff);
    });
}

/** All graphs as one; where there are several, now or then, their tasks are told before the names. */
function oneGraph(graphs: readonly TaskGraph[], areMany: boolean): GraphDescription {
  if (!areMany) return graphs[0]?.graph ?? { nodes: [], edges: [] };
  const named = graphs.map(({ task, graph }) => ({
    graph,
    of: (name: string) => `${task}/${name}`,
  }));
  return {
    nodes: named.flatMap(({ graph, of }) =>
      graph.nodes.map((node) => ({
        ...node,
        name: of(node.name),
        dependencies: node.dependencies.map((each) => ({ ...each, name: of(each.name) })),
      })),
    ),
    edges: named.flatMap(({ graph, of }) =>
      graph.edges.map(([from, to]): [string, string] => [of(from), of(to)]),
    ),
  };
}

function diffLines(diff: GraphDiff): readonly string[] {
  if (isSameGraph(diff)) return ["nothing changed"];
  return [
    ...diff.added.map((name) => `+ ${name}`),
    ...diff.removed.map((name) => `- ${name}`),
    ...diff.changedCode.map((name) => `~ ${name}: other code`),
    ...diff.changedEdges.map(
      ({ name, added, removed }) =>
        `~ ${name}: ${[...added.map((need) => `now needs ${need}`), ...removed.map((need) => `no longer needs ${need}`)].join(", ")}`,
    ),
  ];
}
