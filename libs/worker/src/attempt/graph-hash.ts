import { hash } from "node:crypto";
import type { GraphDescription } from "@weirflow/contracts";

/**
 * Names a graph: equal for equal names, kinds, edges and code versions, in whatever order they are listed.
 *
 * @returns 64 hexadecimal digits.
 */
export function graphHash(graph: GraphDescription): string {
  const nodes = graph.nodes.map(({ name, kind, codeVersion = "" }) => [name, kind, codeVersion]);
  const parts = [nodes, graph.edges].map((list) => list.map((one) => JSON.stringify(one)).sort());
  return hash("sha256", JSON.stringify(parts), "hex");
}
