import { createHash } from "node:crypto";
import {
  type FlowManifest,
  type FlowVersion,
  type GraphDescription,
  type Json,
  parseFlowVersion,
} from "@weirflow/contracts";
import { canonicalJson } from "./canonical-json.ts";

/** Raised when the same flow should count as another one. */
const FORMAT = 1;

/**
 * The version of a flow: the hash of all that a run of it depends on.
 *
 * Parameters' and configs' schemas, calls, results, graphs and code versions count; descriptions, places in files,
 * schedules, triggers and first versions of configs do not.
 */
export function flowVersion(manifest: Omit<FlowManifest, "version">): FlowVersion {
  const { flow, paramsSchema, configs, calls, results } = manifest;
  const schemas = Object.entries(configs).map(([key, { name, schema }]) => [key, { name, schema }]);
  const counted = {
    format: FORMAT,
    flow,
    paramsSchema,
    configs: Object.fromEntries(schemas),
    calls: calls.map(({ graph, ...call }) => ({ ...call, graph: countedGraph(graph) })),
    results,
  };
  return parseFlowVersion(createHash("sha256").update(canonicalJson(counted)).digest("hex"));
}

function countedGraph({ nodes, edges }: GraphDescription): Json {
  const counted = nodes.map(({ name, kind, dependencies, codeVersion = null }) => ({
    name,
    kind,
    dependencies,
    codeVersion,
  }));
  return { nodes: counted, edges };
}
