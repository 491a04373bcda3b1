import { createHash } from "node:crypto";
import type { NodeSource } from "../code/node-locations.ts";
import type { GraphInput, GraphNode } from "./graph-node.ts";

/** One node of a {@link GraphDescription}. */
export interface GraphNodeDescription {
  /** The value that the node makes. */
  name: string;
  /** `function` computes, `input` is supplied, `choice` picks a branch, `each` hands out items, `collect` gathers them. */
  kind: "function" | "input" | "choice" | "each" | "collect";
  dependencies: { name: string; required: boolean }[];
  tags: Record<string, string | string[]>;
  description?: string | undefined;
  /** The pool of workers that the node wants. */
  pool?: string | undefined;
  /** How much of what the node wants, e.g. `{ gpu: 1 }`. */
  resources?: Record<string, number> | undefined;
  /** The function module, by the name that the graph was given for it. */
  module?: string | undefined;
  file?: string | undefined;
  /** First line of the function, from 1. */
  line?: number | undefined;
  endLine?: number | undefined;
  /** sha-256 of the function and all that it reaches; 64 hexadecimal digits. */
  codeVersion?: string | undefined;
  /** The text of the function. */
  source?: string | undefined;
}

/** A graph as plain JSON: what is stored, drawn and compared. */
export interface GraphDescription {
  nodes: GraphNodeDescription[];
  /** `[from, to]`: the value `from` is needed by the node `to`. */
  edges: [string, string][];
}

/** What is known about nodes beside the graph; see {@link byExport}. */
export interface DescribeOptions {
  readonly codeVersionOf?: (node: GraphNode) => string | undefined;
  readonly sourceOf?: (node: GraphNode) => NodeSource | undefined;
}

/**
 * A graph or a plan as plain JSON: inputs first, then nodes.
 *
 * @example
 * describeGraph(plan, { codeVersionOf: byExport(files, codeVersions({ entries: files, host })) });
 */
export function describeGraph(
  {
    nodes,
    inputs,
  }: { readonly nodes: readonly GraphNode[]; readonly inputs: readonly GraphInput[] },
  options: DescribeOptions = {},
): GraphDescription {
  const described = [
    ...inputs.map(describeInput),
    ...nodes.map((node) => describeNode(node, options)),
  ];
  const names = new Set(described.map((node) => node.name));
  const edges = described.flatMap(({ name, dependencies }) =>
    dependencies
      .filter((dependency) => names.has(dependency.name))
      .map((dependency): [string, string] => [dependency.name, name]),
  );
  return { nodes: described, edges };
}

function describeInput({ name }: GraphInput): GraphNodeDescription {
  return { name, kind: "input", dependencies: [], tags: {} };
}

function describeNode(
  node: GraphNode,
  { codeVersionOf, sourceOf }: DescribeOptions,
): GraphNodeDescription {
  const { name, kind, dependencies, options, moduleName } = node;
  const source = sourceOf?.(node);
  const description = options.description ?? source?.description;
  const codeVersion = codeVersionOf?.(node);
  return {
    name,
    kind,
    dependencies: dependencies.map((dependency) => ({ ...dependency })),
    tags: Object.fromEntries(
      Object.entries(options.tags ?? {}).map(([tag, value]) => [
        tag,
        typeof value === "string" ? value : [...value],
      ]),
    ),
    ...(description === undefined ? {} : { description }),
    ...(options.pool === undefined ? {} : { pool: options.pool }),
    ...(options.resources === undefined ? {} : { resources: { ...options.resources } }),
    ...(moduleName === undefined ? {} : { module: moduleName }),
    ...(source === undefined ? {} : placeOf(source)),
    ...(codeVersion === undefined ? {} : { codeVersion }),
  };
}

function placeOf({ file, line, endLine, source }: NodeSource): Partial<GraphNodeDescription> {
  return { file, line, endLine, source };
}

/**
 * Finds for a node what is known about the export that defines it.
 *
 * @param files - the files of the graph's modules, in their order.
 * @param table - facts by file and exported name, as `codeVersions` and `nodeLocations` give them.
 */
export function byExport<T>(
  files: readonly string[],
  table: ReadonlyMap<string, ReadonlyMap<string, T>>,
): (node: GraphNode) => T | undefined {
  return ({ module, exportName }) => table.get(files[module] ?? "")?.get(exportName);
}

/**
 * The version of a described graph: changes with names, dependencies, kinds and code, in any order of nodes.
 *
 * @returns sha-256, 64 hexadecimal digits.
 */
export function graphVersion({ nodes }: GraphDescription): string {
  const lines = nodes.map(({ name, kind, dependencies, codeVersion }) => {
    const needs = dependencies.map((each) => `${each.name}${each.required ? "" : "?"}`);
    return JSON.stringify([name, kind, needs.sort(), codeVersion ?? null]);
  });
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}
