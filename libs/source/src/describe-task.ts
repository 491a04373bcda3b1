import { dirname, relative, sep } from "node:path";
import type { GraphDescription, GraphNodeDescription } from "@weirflow/contracts";
import type { CodeVersions, GraphNode, NodeLocations } from "@weirflow/dataflow";
import type { LoadedTask } from "./load-flows.ts";

/** What is known of the code of a task. */
export interface TaskCode {
  /** The flow's file: places are told relative to its folder. */
  readonly flowFile: string;
  readonly versions: CodeVersions;
  readonly locations: NodeLocations;
}

/** The graph of a task as data: what may run for its outputs, what that takes, and where it is written. */
export function describeTask(task: LoadedTask, code: TaskCode): GraphDescription {
  const { nodes, inputs } = task.graph.plan(task.outputs);
  const described: readonly GraphNodeDescription[] = [
    ...inputs.map(({ name }) => ({ name, kind: "input" as const, dependencies: [], tags: {} })),
    ...nodes.map((node) => describeNode(node, task, code)),
  ];
  const names = new Set(described.map(({ name }) => name));
  const edges = described.flatMap(({ name, dependencies }) =>
    dependencies
      .filter((dependency) => names.has(dependency.name))
      .map((dependency): [string, string] => [dependency.name, name]),
  );
  return { nodes: [...described], edges };
}

function describeNode(node: GraphNode, task: LoadedTask, code: TaskCode): GraphNodeDescription {
  const { name, kind, dependencies, moduleName, exportName } = node;
  const file = task.files[node.module] ?? "";
  const place = code.locations.get(file)?.get(exportName);
  const description = node.options.description ?? place?.description;
  const codeVersion = code.versions.get(file)?.get(exportName);
  return {
    name,
    kind,
    dependencies: dependencies.map((dependency) => ({ ...dependency })),
    tags: tagsOf(node),
    file: shownPath(code.flowFile, place?.file ?? file),
    ...(description === undefined ? {} : { description }),
    ...(moduleName === undefined ? {} : { module: moduleName }),
    ...(place === undefined
      ? {}
      : { line: place.line, endLine: place.endLine, source: place.source }),
    ...(codeVersion === undefined ? {} : { codeVersion }),
  };
}

function tagsOf({ options: { tags = {} } }: GraphNode): GraphNodeDescription["tags"] {
  const entries = Object.entries(tags).map(([tag, value]) => [
    tag,
    typeof value === "string" ? value : [...value],
  ]);
  return Object.fromEntries(entries);
}

/** Relative to the flow's folder, with forward slashes everywhere. */
function shownPath(flowFile: string, file: string): string {
  return relative(dirname(flowFile), file).split(sep).join("/");
}
