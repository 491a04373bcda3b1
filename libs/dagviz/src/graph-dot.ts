import type { GraphPicture, PictureEdge, PictureNode } from "./graph-picture.ts";
import { checkPicture } from "./layout/link-boxes.ts";

const shapes: Readonly<Record<string, string>> = {
  input: "oval",
  choice: "diamond",
  each: "trapezium",
  collect: "invtrapezium",
  task: "box3d",
  artifact: "note",
};

const fills: Readonly<Record<string, string>> = {
  succeeded: "#dcfce7",
  cached: "#cffafe",
  running: "#dbeafe",
  pending: "#f8fafc",
  skipped: "#f1f5f9",
  cancelled: "#fef3c7",
  failed: "#fee2e2",
};

/**
 * Writes a picture in the DOT language of Graphviz; groups become clusters.
 *
 * @throws {@link DuplicateNodeError} `dagviz/duplicate-node`.
 * @throws {@link UnknownNodeError} `dagviz/unknown-node`, when an edge's end is no node.
 * @example
 * graphDot({ nodes: [{ id: "a", label: "a", kind: "input" }], edges: [] });
 */
export function graphDot(picture: GraphPicture): string {
  checkPicture(picture);
  const title =
    picture.title === undefined ? [] : [`  label=${quoted(picture.title)}; labelloc=t;`];
  return [
    "digraph {",
    ...title,
    '  node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="Helvetica"];',
    ...picture.nodes
      .filter((node) => node.group === undefined)
      .map((node) => `  ${statement(node)}`),
    ...clusters(picture.nodes),
    ...picture.edges.map(edgeStatement),
    "}",
    "",
  ].join("\n");
}

function clusters(nodes: readonly PictureNode[]): readonly string[] {
  const groups = Map.groupBy(nodes, (node) => node.group);
  groups.delete(undefined);
  return [...groups].map(([group, members], index) =>
    [
      `  subgraph cluster_${index} {`,
      `    label=${quoted(group ?? "")};`,
      ...members.map((node) => `    ${statement(node)}`),
      "  }",
    ].join("\n"),
  );
}

function statement(node: PictureNode): string {
  const label = node.detail === undefined ? node.label : `${node.label}\n${node.detail}`;
  const attributes = [`label=${quoted(label)}`];
  const shape = shapes[node.kind];
  if (shape !== undefined) attributes.push(`shape=${shape}`);
  const fill = fills[node.status ?? ""];
  if (fill !== undefined) attributes.push(`fillcolor="${fill}"`);
  return `${quoted(node.id)} [${attributes.join(", ")}];`;
}

function edgeStatement({ from, to, optional }: PictureEdge): string {
  return `  ${quoted(from)} -> ${quoted(to)}${optional === true ? " [style=dashed]" : ""};`;
}

/** In a quoted DOT string only `"`, the backslash and line breaks are special; control characters could end it. */
function quoted(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replace(/\r\n?|\n/g, "\\n")
    .replace(/\p{Cc}/gu, (control) => `\\\\x${control.charCodeAt(0).toString(16)}`);
  return `"${escaped}"`;
}
