import type { GraphDescription, NodeExecution } from "@weirflow/contracts";
import { graphSvg, type NodeStatus, pictureOf } from "@weirflow/dagviz";
import { svgToPng } from "@weirflow/png";
import type { Artifacts } from "./artifacts.ts";

/** Larger graphs are drawn as SVG alone: a picture of pixels would be unreadable. */
const MAX_PNG_NODES = 300;

/** What is drawn. */
export interface TaskPicture {
  readonly title: string;
  readonly graph: GraphDescription;
  /** What became of the nodes that ended. */
  readonly nodes: ReadonlyMap<string, NodeExecution>;
}

/** Adds the picture of a task's graph to its artifacts, as SVG and PNG, unless a node has saved one under the same key. */
export async function addTaskPicture(
  { title, graph, nodes }: TaskPicture,
  artifacts: Artifacts,
): Promise<void> {
  if (graph.nodes.length === 0) return;
  const picture = pictureOf(graph, {
    title,
    statusOf: (name): NodeStatus | undefined => nodes.get(name)?.state,
    detailOf: (name) => {
      const node = nodes.get(name);
      return node === undefined ? undefined : duration(node.durationUs);
    },
  });
  const common = { kind: "graph", title: `Graph of ${title}` } as const;
  if (!artifacts.has("graph"))
    artifacts.add({
      ...common,
      key: "graph",
      mediaType: "image/svg+xml",
      fileName: `${title}.svg`,
      body: graphSvg(picture),
    });
  if (graph.nodes.length > MAX_PNG_NODES || artifacts.has("graph.png")) return;
  const png = await svgToPng(graphSvg(picture, { theme: "light" }));
  const file = { mediaType: "image/png", fileName: `${title}.png` };
  artifacts.add({ ...common, ...file, key: "graph.png", body: png });
}

function duration(us: number): string {
  if (us < 1_000) return `${us} µs`;
  if (us < 1_000_000) return `${(us / 1_000).toFixed(us < 10_000 ? 1 : 0)} ms`;
  return `${(us / 1_000_000).toFixed(1)} s`;
}
