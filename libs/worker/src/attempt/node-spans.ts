import type { FlowVersion, GraphDescription, Grant, NodeExecution } from "@weirflow/contracts";
import type { NodeSpan } from "@weirflow/tracing";
import type { ServedFlow } from "../slot/slot-messages.ts";

/**
 * What the spans of an attempt's nodes tell: how each ran, and of what kind the graph says that it is, with its tags.
 *
 * @param graph - that of the attempt's call; a node that it does not have is told of without kind and tags.
 * @param attempt - which try of the task it is, from 1.
 */
export function nodeSpans(
  nodes: readonly NodeExecution[],
  graph: GraphDescription | undefined,
  attempt: number,
): readonly NodeSpan[] {
  const described = new Map(graph?.nodes.map((node) => [node.name, node]));
  return nodes.map((execution) => {
    const { node, state, startUs, durationUs, error } = execution;
    const { kind, tags } = described.get(node) ?? {};
    return { node, kind, tags, attempt, state, startUs, durationUs, error };
  });
}

/** The graph of the call that an attempt was granted; `undefined` where its flow is not served. */
export function callGraph(
  flows: ReadonlyMap<FlowVersion, ServedFlow>,
  { version, call }: Pick<Grant, "version" | "call">,
): GraphDescription | undefined {
  return flows.get(version)?.manifest.calls.find(({ id }) => id === call)?.graph;
}
