import { sql } from "kysely";
import type { Statements } from "../lineage-store.ts";
import { pgJson, pgText } from "../pg-text.ts";
import type { PlacedChunk } from "./placed-chunk.ts";

/** Completes the rows of the attempts whose headers are here. */
export async function writeHeaders(tx: Statements, placed: readonly PlacedChunk[]): Promise<void> {
  const rows = placed.flatMap(({ chunk: { header }, attempt, graph }) =>
    header === undefined ? [] : [{ header, id: attempt.attemptId, graphId: graph.graphId }],
  );
  if (rows.length === 0) return;
  const text = (
    pick: (header: (typeof rows)[number]["header"]) => string | undefined,
  ): (string | null)[] => rows.map(({ header }) => optionalText(pick(header)));
  await tx.run(sql`
    update lineage.attempt a set graph_id = t.graph_id, flow = t.flow, flow_version = decode(t.flow_version, 'hex'),
      call = t.call, task = t.task, pool = t.pool, started_at = t.started_at, ended_at = t.ended_at,
      outcome = t.outcome, worker = t.worker, backend = t.backend::jsonb, configs = t.configs::jsonb,
      outputs = t.outputs::jsonb, trace_id = t.trace_id, git_commit = t.git_commit
    from unnest(
      ${rows.map(({ id }) => id)}::bigint[], ${rows.map(({ graphId }) => graphId)}::int[],
      ${text(({ flow }) => flow)}::text[], ${text(({ version }) => version)}::text[], ${text(({ call }) => call)}::text[],
      ${text(({ task }) => task)}::text[], ${text(({ pool }) => pool)}::text[],
      ${text(({ startedAt }) => startedAt)}::timestamptz[], ${text(({ endedAt }) => endedAt)}::timestamptz[],
      ${text(({ outcome }) => outcome)}::text[], ${text(({ worker }) => worker)}::text[],
      ${rows.map(({ header }) => pgJson(header.backend))}::text[], ${rows.map(({ header }) => pgJson(header.configs))}::text[],
      ${rows.map(({ header }) => pgJson(outputsOf(header)))}::text[],
      ${text(({ traceId }) => traceId)}::text[], ${text(({ gitCommit }) => gitCommit)}::text[])
      as t (attempt_id, graph_id, flow, flow_version, call, task, pool, started_at, ended_at, outcome, worker,
        backend, configs, outputs, trace_id, git_commit)
    where a.attempt_id = t.attempt_id`);
}

function outputsOf(header: NonNullable<PlacedChunk["chunk"]["header"]>): Record<string, string> {
  return Object.fromEntries(header.outputs.map(({ name, ref }) => [name, ref.valueHash]));
}

function optionalText(text: string | undefined): string | null {
  return text === undefined ? null : pgText(text);
}
