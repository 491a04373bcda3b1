import type { FlowManifest, GraphDescription } from "@weirflow/contracts";
import { type GraphPicture, pictureOf } from "@weirflow/dagviz";

/** The graph of one task, and its picture. */
export interface TaskGraph {
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

/** One picture of several graphs side by side; the names of nodes are told apart by their tasks. */
export function joinedPicture(graphs: readonly TaskGraph[]): GraphPicture {
  const [only] = graphs;
  if (graphs.length === 1 && only !== undefined)
    return pictureOf(only.graph, { title: `${only.flow}: ${only.task}` });
  const flows = new Set(graphs.map(({ flow }) => flow));
  const pictures = graphs.map(({ flow, task, graph }) => {
    const group = flows.size > 1 ? `${flow}.${task}` : task;
    return { group, ...pictureOf(graph) };
  });
  return {
    title: [...flows].join(", "),
    nodes: pictures.flatMap(({ group, nodes }) =>
      nodes.map((node) => ({ ...node, id: `${group}.${node.id}`, group })),
    ),
    edges: pictures.flatMap(({ group, edges }) =>
      edges.map((edge) => ({ ...edge, from: `${group}.${edge.from}`, to: `${group}.${edge.to}` })),
    ),
  };
}
