import type { GraphPicture, NodeStatus, PictureNode } from "./graph-picture.ts";

/** A graph as Weirflow describes it to others; a `GraphDescription` of `@weirflow/contracts` is one. */
export interface DescribedGraph {
  readonly nodes: readonly DescribedNode[];
}

/** One node of a {@link DescribedGraph}. */
export interface DescribedNode {
  readonly name: string;
  readonly kind: string;
  readonly dependencies: readonly { readonly name: string; readonly required: boolean }[];
  /** The function module that the node comes from. */
  readonly module?: string | undefined;
}

/** What a picture shows beside the graph itself. */
export interface PictureOfOptions {
  readonly title?: string;
  /** How far each node has come; undefined shows nothing. */
  readonly statusOf?: (name: string) => NodeStatus | undefined;
  /** A second line for each node, such as how long it took; undefined shows nothing. */
  readonly detailOf?: (name: string) => string | undefined;
  /** What each node belongs to; undefined is nothing. @default its module */
  readonly groupOf?: (node: DescribedNode) => string | undefined;
}

/**
 * Makes a picture of a described graph: modules become groups, dependencies with a default become optional edges.
 *
 * Dependencies that the graph has no node for are left out: optional inputs that nobody supplied.
 *
 * @example
 * const svg = graphSvg(pictureOf(description, { title: "prepareData", statusOf: (name) => statuses.get(name) }));
 */
export function pictureOf(graph: DescribedGraph, options: PictureOfOptions = {}): GraphPicture {
  const names = new Set(graph.nodes.map((node) => node.name));
  return {
    ...(options.title === undefined ? {} : { title: options.title }),
    nodes: graph.nodes.map((node) => pictureNode(node, options)),
    edges: graph.nodes.flatMap(({ name, dependencies }) =>
      dependencies
        .filter((dependency) => names.has(dependency.name))
        .map((dependency) => ({
          from: dependency.name,
          to: name,
          optional: !dependency.required,
        })),
    ),
  };
}

function pictureNode(node: DescribedNode, options: PictureOfOptions): PictureNode {
  const status = options.statusOf?.(node.name);
  const detail = options.detailOf?.(node.name);
  const group = options.groupOf === undefined ? node.module : options.groupOf(node);
  return {
    id: node.name,
    label: node.name,
    kind: node.kind,
    ...(group === undefined ? {} : { group }),
    ...(status === undefined ? {} : { status }),
    ...(detail === undefined ? {} : { detail }),
  };
}
