import type { GraphDescription, GraphNodeDescription, LineageChunk } from "@weirflow/contracts";
import { hash } from "node:crypto";
import { sql } from "kysely";
import type { Statements } from "../lineage-store.ts";
import { pgJson, pgText } from "../pg-text.ts";
import type { KnownGraph } from "./known-graphs.ts";

/** What {@link ensureGraphs} needs. */
export interface GraphsNeeded {
  /** Chunks that bring a graph along. */
  readonly headers: readonly LineageChunk[];
  /** Every graph that must be known afterwards. */
  readonly hashes: ReadonlySet<string>;
  readonly graphOf: (hash: string) => KnownGraph | undefined;
  /** Filled with what is found or made. */
  readonly learned: Map<string, KnownGraph>;
}

/** Stores the graphs that are new, each once whatever the number of attempts, and learns the ids of all. */
export async function ensureGraphs(tx: Statements, needed: GraphsNeeded): Promise<void> {
  const { headers, hashes, graphOf, learned } = needed;
  const unknown = [...hashes].filter((one) => graphOf(one) === undefined);
  if (unknown.length === 0) return;
  await loadGraphs(tx, unknown, learned);
  const brought = new Map(headers.map(({ header }) => [header?.graphHash ?? "", header?.graph]));
  const missing = unknown.filter((one) => graphOf(one) === undefined).sort();
  const graphs = missing.flatMap((graphHash) => {
    const graph = brought.get(graphHash);
    return graph === undefined ? [] : [{ graphHash, graph }];
  });
  if (graphs.length === 0) return;
  await writeGraphs(tx, graphs);
  await loadGraphs(tx, missing, learned);
}

async function loadGraphs(
  tx: Statements,
  hashes: readonly string[],
  learned: Map<string, KnownGraph>,
): Promise<void> {
  const { rows } = await tx.run(sql<{
    graphHash: string;
    graphId: number;
    names: string[];
    ixs: number[];
  }>`
    select encode(g.graph_hash, 'hex') as "graphHash", g.graph_id as "graphId",
      coalesce(array_agg(n.node_name) filter (where n.node_name is not null), '{}') as names,
      coalesce(array_agg(n.node_ix) filter (where n.node_name is not null), '{}') as ixs
    from lineage.graph_version g left join lineage.graph_node n using (graph_id)
    where g.graph_hash = any(select decode(h, 'hex') from unnest(${hashes}::text[]) h)
    group by g.graph_id`);
  for (const { graphHash, graphId, names, ixs } of rows)
    learned.set(graphHash, {
      graphId,
      nodes: new Map(names.map((name, i) => [name, ixs[i] ?? -1])),
    });
}

interface HashedGraph {
  readonly graphHash: string;
  readonly graph: GraphDescription;
}

/** I1. Codes and graphs are written in the order of their hashes, so that two writers cannot wait for each other. */
async function writeGraphs(tx: Statements, graphs: readonly HashedGraph[]): Promise<void> {
  await writeCodes(
    tx,
    graphs.flatMap(({ graph }) => graph.nodes),
  );
  await tx.run(sql`
    insert into lineage.graph_version (graph_hash)
    select decode(h, 'hex') from unnest(${graphs.map((one) => one.graphHash)}::text[]) h order by 1
    on conflict do nothing`);
  await writeNodes(tx, graphs);
}

async function writeCodes(tx: Statements, nodes: readonly GraphNodeDescription[]): Promise<void> {
  const coded = nodes.filter(({ codeVersion }) => codeVersion !== undefined);
  const byHash = new Map(coded.map((node) => [codeHash(node) ?? "", node]));
  const codes = [...byHash].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = (pick: (node: GraphNodeDescription) => string | undefined): (string | null)[] =>
    codes.map(([, node]) => optionalText(pick(node)));
  await tx.run(sql`
    insert into lineage.code_version (code_hash, node_name, module, file, line_start, line_end, source)
    select decode(h, 'hex'), node_name, module, file, line_start, line_end, source from unnest(
      ${codes.map(([hash]) => hash)}::text[], ${text(({ name }) => name)}::text[],
      ${text(({ module }) => module)}::text[], ${text(({ file }) => file)}::text[],
      ${codes.map(([, { line }]) => line ?? null)}::int[], ${codes.map(([, { endLine }]) => endLine ?? null)}::int[],
      ${text(({ source }) => source)}::text[]) as t (h, node_name, module, file, line_start, line_end, source)
    on conflict do nothing`);
}

async function writeNodes(tx: Statements, graphs: readonly HashedGraph[]): Promise<void> {
  const rows = graphs.flatMap(({ graphHash, graph }) => nodeRows(graphHash, graph));
  await tx.run(sql`
    insert into lineage.graph_node (graph_id, node_ix, node_name, kind, code_id, deps, description, tags)
    select g.graph_id, t.node_ix, t.node_name, t.kind::"char", c.code_id, t.deps::int[], t.description, t.tags::jsonb
    from unnest(
      ${rows.map((one) => one.graphHash)}::text[], ${rows.map((one) => one.ix)}::int[],
      ${rows.map((one) => one.name)}::text[], ${rows.map((one) => one.kind)}::text[],
      ${rows.map((one) => one.code)}::text[], ${rows.map((one) => one.deps)}::text[],
      ${rows.map((one) => one.description)}::text[], ${rows.map((one) => one.tags)}::text[])
      as t (graph_hash, node_ix, node_name, kind, code, deps, description, tags)
    join lineage.graph_version g on g.graph_hash = decode(t.graph_hash, 'hex')
    left join lineage.code_version c on c.code_hash = decode(t.code, 'hex')
    on conflict do nothing`);
}

const KIND = { function: "f", input: "i", choice: "c", each: "e", collect: "o" } as const;

function nodeRows(graphHash: string, { nodes, edges }: GraphDescription) {
  const ixs = new Map(nodes.map(({ name }, ix) => [name, ix]));
  const deps = new Map<string, number[]>();
  for (const [from, to] of edges) {
    const ix = ixs.get(from);
    if (ix !== undefined) deps.set(to, [...(deps.get(to) ?? []), ix]);
  }
  return nodes.map((node, ix) => ({
    graphHash,
    ix,
    name: pgText(node.name),
    kind: KIND[node.kind],
    code: codeHash(node) ?? null,
    deps: `{${[...new Set(deps.get(node.name))].join(",")}}`,
    description: optionalText(node.description),
    tags: Object.keys(node.tags).length === 0 ? null : pgJson(node.tags),
  }));
}

/** What {@link ensureNodes} needs. */
export interface NodesNeeded {
  readonly chunks: readonly LineageChunk[];
  readonly hashOf: (chunk: LineageChunk) => string | undefined;
  readonly graphOf: (hash: string) => KnownGraph | undefined;
  readonly learned: Map<string, KnownGraph>;
}

/** Gives an index to nodes that were executed, or supplied, without standing in the graph as it was described. */
export async function ensureNodes(tx: Statements, needed: NodesNeeded): Promise<void> {
  const unlisted = unlistedNodes(needed);
  for (const [graphHash, names] of [...unlisted].sort(([a], [b]) => (a < b ? -1 : 1)))
    await addNodes(tx, needed.graphOf(graphHash)?.graphId ?? -1, [...names]);
  if (unlisted.size > 0) await loadGraphs(tx, [...unlisted.keys()], needed.learned);
}

function unlistedNodes({ chunks, hashOf, graphOf }: NodesNeeded): Map<string, Set<string>> {
  const unlisted = new Map<string, Set<string>>();
  for (const chunk of chunks) {
    const graphHash = hashOf(chunk) ?? "";
    const known = graphOf(graphHash)?.nodes;
    const unknown = namesIn(chunk).filter((name) => known?.has(name) === false);
    if (unknown.length === 0) continue;
    unlisted.set(graphHash, new Set([...(unlisted.get(graphHash) ?? []), ...unknown]));
  }
  return unlisted;
}

function namesIn({ nodes, header }: LineageChunk): readonly string[] {
  const inputs = header?.inputs ?? [];
  return [...nodes.map(({ node }) => pgText(node)), ...inputs.map(({ name }) => pgText(name))];
}

async function addNodes(tx: Statements, graphId: number, names: readonly string[]): Promise<void> {
  await tx.run(sql`select 1 from lineage.graph_version where graph_id = ${graphId} for update`);
  await tx.run(sql`
    insert into lineage.graph_node (graph_id, node_ix, node_name, kind)
    select ${graphId}::int, m.next + t.position::int, t.name, 'u'::"char"
    from unnest(${names}::text[]) with ordinality as t (name, position),
      (select coalesce(max(node_ix), -1) as next from lineage.graph_node where graph_id = ${graphId}::int) m
    on conflict do nothing`);
}

function codeHash({ codeVersion }: GraphNodeDescription): string | undefined {
  if (codeVersion === undefined || /^[0-9a-f]{64}$/.test(codeVersion)) return codeVersion;
  return hash("sha256", codeVersion, "hex");
}

function optionalText(text: string | undefined): string | null {
  return text === undefined ? null : pgText(text);
}
