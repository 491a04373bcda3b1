import type { GraphPicture, NodeStatus, PictureNode } from "./graph-picture.ts";
import { checkPicture } from "./layout/link-boxes.ts";

const brackets: Readonly<Record<string, readonly [open: string, close: string]>> = {
  input: ["([", "])"],
  choice: ["{{", "}}"],
  each: ["[/", "\\]"],
  collect: ["[\\", "/]"],
  task: ["[[", "]]"],
  artifact: ["[(", ")]"],
};

const statusStyles: readonly (readonly [status: NodeStatus, style: string])[] = [
  ["succeeded", "stroke:#16a34a,stroke-width:2px"],
  ["cached", "stroke:#0e7490,stroke-width:2px"],
  ["running", "stroke:#2563eb,stroke-width:3px"],
  ["pending", "stroke:#94a3b8"],
  ["skipped", "stroke:#94a3b8,stroke-dasharray:4 3"],
  ["cancelled", "stroke:#a16207,stroke-dasharray:4 3"],
  ["failed", "stroke:#dc2626,stroke-width:3px"],
];

/**
 * Writes a picture as a Mermaid flowchart, which GitHub and many editors draw; groups become subgraphs.
 *
 * Nodes are named `n0`, `n1`, … so that ids and labels may contain anything.
 *
 * @throws {@link DuplicateNodeError} `dagviz/duplicate-node`.
 * @throws {@link UnknownNodeError} `dagviz/unknown-node`, when an edge's end is no node.
 * @example
 * graphMermaid({ nodes: [{ id: "a", label: "a", kind: "input" }], edges: [] });
 */
export function graphMermaid(picture: GraphPicture): string {
  checkPicture(picture);
  const nameOf = new Map(picture.nodes.map((node, index) => [node.id, `n${index}`]));
  const name = (id: string): string => nameOf.get(id) ?? "unknown";
  const write = (node: PictureNode): string => `${name(node.id)}${boxed(node)}`;
  const edges = picture.edges.map(
    ({ from, to, optional }) => `  ${name(from)} ${optional === true ? "-.->" : "-->"} ${name(to)}`,
  );
  return [
    ...head(picture),
    ...boxes(picture.nodes, write),
    ...edges,
    ...statusLines(picture, name),
    "",
  ].join("\n");
}

function head(picture: GraphPicture): readonly string[] {
  if (picture.title === undefined) return ["flowchart TD"];
  const title = JSON.stringify(picture.title).replaceAll("%", String.raw`\u0025`);
  return ["---", `title: ${title}`, "---", "flowchart TD"];
}

function boxes(
  nodes: readonly PictureNode[],
  write: (node: PictureNode) => string,
): readonly string[] {
  const groups = Map.groupBy(nodes, (node) => node.group);
  const loose = groups.get(undefined) ?? [];
  groups.delete(undefined);
  return [
    ...loose.map((node) => `  ${write(node)}`),
    ...[...groups].flatMap(([group, members], index) => [
      `  subgraph g${index}["${escaped(group ?? "")}"]`,
      ...members.map((node) => `    ${write(node)}`),
      "  end",
    ]),
  ];
}

function boxed(node: PictureNode): string {
  const [open, close] = brackets[node.kind] ?? ["[", "]"];
  const label = escaped(node.label);
  const text = node.detail === undefined ? label : `${label}<br/>${escaped(node.detail)}`;
  return `${open}"${text}"${close}`;
}

function statusLines(picture: GraphPicture, name: (id: string) => string): readonly string[] {
  const members = Map.groupBy(picture.nodes, (node) => node.status);
  return statusStyles.flatMap(([status, style]) => {
    const nodes = members.get(status) ?? [];
    if (nodes.length === 0) return [];
    return [
      `  classDef ${status} ${style}`,
      `  class ${nodes.map((node) => name(node.id)).join(",")} ${status}`,
    ];
  });
}

/**
 * Mermaid reads entities by number or name after `#`, and some markup: everything but plain words is written so.
 *
 * It takes no empty text, and directives such as `%%{init: …}%%` wherever they stand.
 */
function escaped(text: string): string {
  const plain = text.toWellFormed().replace(/\p{Cc}+|\s+/gu, " ");
  if (plain === "") return " ";
  return plain.replace(/["#&<>`*_\\[\](){}|;~%]/g, (character) => `#${character.codePointAt(0)};`);
}
