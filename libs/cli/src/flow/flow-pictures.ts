import type { FlowManifest, GraphDescription } from "@weirflow/contracts";
import { type GraphPicture, pictureOf } from "@weirflow/dagviz";
import { assertNever } from "@weirflow/errors";

/** The graph of one task, or of function modules. */
export interface TaskGraph {
  /** Empty for function modules, whose names are the task's. */
  readonly flow: string;
  readonly call: string;
  readonly task: string;
  readonly graph: GraphDescription;
}

/** The graphs of the tasks of some flows: each task once. */
export function taskGraphs(manifests: readonly FlowManifest[]): readonly TaskGraph[] {
  return manifests.flatMap(({ flow, calls }) => {
    const first = new Map(calls.toReversed().map((call) => [call.task, call]));
    const once = calls.filter((call) => first.get(call.task) === call);
    return once.map(({ id, task, graph }) => ({ flow, call: id, task, graph }));
  });
}

/** What the boxes of a picture can be gathered by. */
export const groupings = ["module", "namespace", "tag", "none"] as const;

/** What the boxes of a picture are gathered by. */
export type Grouping = (typeof groupings)[number];

/** How a picture of graphs is drawn. */
export interface PictureOptions {
  /** @default "module"; several tasks in one picture are told apart by the task. */
  readonly group?: Grouping;
  /** Choices that were made, told in the title. */
  readonly config?: Readonly<Record<string, string>>;
}

/** One picture of several graphs side by side; the names of nodes are told apart by their tasks. */
export function joinedPicture(
  graphs: readonly TaskGraph[],
  { group = "module", config = {} }: PictureOptions = {},
): GraphPicture {
  const chosen = Object.entries(config).map(([key, picked]) => `${key}=${picked}`);
  const made = chosen.length === 0 ? "" : ` (${chosen.join(", ")})`;
  const [only] = graphs;
  if (graphs.length === 1 && only !== undefined) {
    const groups = new Map(only.graph.nodes.map((node) => [node.name, groupBy(node, group)]));
    const title = `${titleOf(only)}${made}`;
    return pictureOf(only.graph, { title, groupOf: ({ name }) => groups.get(name) });
  }
  const flows = new Set(graphs.map(({ flow }) => flow));
  const pictures = graphs.map(({ flow, task, graph }) => {
    const owner = flows.size > 1 ? `${flow}.${task}` : task;
    return { owner, ...pictureOf(graph) };
  });
  return {
    title: `${[...flows].join(", ")}${made}`,
    nodes: pictures.flatMap(({ owner, nodes }) =>
      nodes.map((node) => ({ ...node, id: `${owner}.${node.id}`, group: owner })),
    ),
    edges: pictures.flatMap(({ owner, edges }) =>
      edges.map((edge) => ({ ...edge, from: `${owner}.${edge.from}`, to: `${owner}.${edge.to}` })),
    ),
  };
}

/** How a graph is called: `flow: task`, or by its modules. */
export function titleOf({ flow, task }: TaskGraph): string {
  return flow === "" ? task : `${flow}: ${task}`;
}

type DescribedNode = GraphDescription["nodes"][number];

function groupBy({ name, module, tags }: DescribedNode, group: Grouping): string | undefined {
  switch (group) {
    case "module":
      return module;
    case "namespace":
      return name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : undefined;
    case "tag": {
      const [first] = Object.entries(tags);
      return first === undefined ? undefined : `${first[0]}=${[first[1]].flat().join(", ")}`;
    }
    case "none":
      return undefined;
    default:
      return assertNever(group);
  }
}
