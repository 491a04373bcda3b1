import type { NodeExecution } from "@weirflow/contracts";
import { sql } from "kysely";
import { hashId } from "../content-hash.ts";
import type { Statements } from "../lineage-store.ts";
import { pgJson, pgText } from "../pg-text.ts";
import { sourcesOf } from "./write-links.ts";
import type { PlacedChunk } from "./placed-chunk.ts";

const STATE: Readonly<Record<NodeExecution["state"], string>> = {
  succeeded: "s",
  failed: "f",
  cached: "c",
  skipped: "k",
  cancelled: "x",
};

interface ExecutionRow {
  readonly runId: string;
  readonly attemptId: number;
  readonly ix: number;
  readonly state: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly value: string | null;
  readonly key: string | null;
  readonly error: string | null;
  readonly checks: string | null;
  readonly facts: string | null;
}

/** Writes a row for each node that was executed and each input that was supplied. */
export async function writeExecutions(
  tx: Statements,
  placed: readonly PlacedChunk[],
): Promise<void> {
  const rows = placed.flatMap((one) => [...inputRows(one), ...executedRows(one)]);
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into lineage.node_exec (run_id, attempt_id, node_ix, state, start_us, dur_us, value_hash, cache_key)
    select run_id, attempt_id, node_ix, state::"char", start_us, dur_us, value_hash, cache_key
    from unnest(
      ${rows.map((row) => row.runId)}::uuid[], ${rows.map((row) => row.attemptId)}::bigint[],
      ${rows.map((row) => row.ix)}::int[], ${rows.map((row) => row.state)}::text[],
      ${rows.map((row) => row.startUs)}::bigint[], ${rows.map((row) => row.durationUs)}::bigint[],
      ${rows.map((row) => row.value)}::uuid[], ${rows.map((row) => row.key)}::uuid[])
      as t (run_id, attempt_id, node_ix, state, start_us, dur_us, value_hash, cache_key)
    on conflict do nothing`);
  await writeNotes(
    tx,
    rows.filter((row) => (row.error ?? row.checks ?? row.facts) !== null),
  );
}

async function writeNotes(tx: Statements, rows: readonly ExecutionRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into lineage.node_note (run_id, attempt_id, node_ix, error, checks, facts)
    select run_id, attempt_id, node_ix, error::jsonb, checks::jsonb, facts::jsonb
    from unnest(
      ${rows.map((row) => row.runId)}::uuid[], ${rows.map((row) => row.attemptId)}::bigint[],
      ${rows.map((row) => row.ix)}::int[], ${rows.map((row) => row.error)}::text[],
      ${rows.map((row) => row.checks)}::text[], ${rows.map((row) => row.facts)}::text[])
      as t (run_id, attempt_id, node_ix, error, checks, facts)
    on conflict do nothing`);
}

function executedRows({ chunk, attempt, graph }: PlacedChunk): ExecutionRow[] {
  return chunk.nodes.map((node) => ({
    runId: chunk.runId,
    attemptId: attempt.attemptId,
    ix: graph.nodes.get(pgText(node.node)) ?? -1,
    state: STATE[node.state],
    startUs: node.startUs,
    durationUs: node.durationUs,
    value: node.valueHash === undefined ? null : hashId(node.valueHash),
    key: node.cacheKey === undefined ? null : hashId(node.cacheKey),
    error: pgJson(node.error),
    checks: pgJson(node.checks),
    facts: pgJson(node.facts),
  }));
}

/** An input that comes in several parts has one row: that of its first. */
function inputRows({ chunk, attempt, graph }: PlacedChunk): ExecutionRow[] {
  return sourcesOf(chunk).map((input) => ({
    runId: chunk.runId,
    attemptId: attempt.attemptId,
    ix: graph.nodes.get(pgText(input.name)) ?? -1,
    state: "i",
    startUs: 0,
    durationUs: 0,
    value: hashId(input.valueHash),
    key: null,
    error: null,
    checks: null,
    facts: null,
  }));
}
