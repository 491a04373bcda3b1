import { createHash } from "node:crypto";
import { dirname, relative, sep } from "node:path";
import type { GraphDescription, GraphNodeDescription } from "@weirflow/contracts";
import type { GraphNode } from "@weirflow/dataflow";
import { reachedFiles } from "./local-imports.ts";
import type { LoadedTask } from "./load-flows.ts";
import type { SourceFiles } from "./source-files.ts";

/** Where a task is described from. */
export interface DescribeOptions {
  /** The flow's file: places are told relative to its folder. */
  readonly file: string;
  readonly sources: SourceFiles;
}

/** The graph of a task as data: what may run for its outputs, and what it takes. */
export async function describeTask(
  task: LoadedTask,
  options: DescribeOptions,
): Promise<GraphDescription> {
  const { nodes, inputs } = task.graph.plan(task.outputs);
  const versions = await Promise.all(
    task.files.map(async (file) => await wholeVersion(file, options)),
  );
  const described: GraphNodeDescription[] = [
    ...inputs.map(({ name }) => ({ name, kind: "input" as const, dependencies: [], tags: {} })),
    ...nodes.map((node) => describeNode(node, { task, versions, options })),
  ];
  const names = new Set(described.map(({ name }) => name));
  const edges = described.flatMap(({ name, dependencies }) =>
    dependencies
      .filter((dependency) => names.has(dependency.name))
      .map((dependency): [string, string] => [dependency.name, name]),
  );
  return { nodes: described, edges };
}

interface NodePlace {
  readonly task: LoadedTask;
  readonly versions: readonly string[];
  readonly options: DescribeOptions;
}

function describeNode(
  node: GraphNode,
  { task, versions, options }: NodePlace,
): GraphNodeDescription {
  const { name, kind, dependencies, moduleName } = node;
  const { tags = {}, description } = node.options;
  const file = task.files[node.module] ?? "";
  return {
    name,
    kind,
    dependencies: dependencies.map((dependency) => ({ ...dependency })),
    tags: tagsOf(tags),
    ...(description === undefined ? {} : { description }),
    ...(moduleName === undefined ? {} : { module: moduleName }),
    file: relative(dirname(options.file), file).split(sep).join("/"),
    codeVersion: versions[node.module] ?? "",
  };
}

function tagsOf(
  tags: Readonly<Record<string, string | readonly string[]>>,
): GraphNodeDescription["tags"] {
  return Object.fromEntries(
    Object.entries(tags).map(([tag, value]) => [
      tag,
      typeof value === "string" ? value : [...value],
    ]),
  );
}

/** The texts of a file and of all local files that it reaches. */
async function wholeVersion(file: string, { sources }: DescribeOptions): Promise<string> {
  const hash = createHash("sha256");
  for (const reached of await reachedFiles(file)) hash.update(await sources.text(reached));
  return hash.digest("hex");
}
