import type { LineageChunk } from "@weirflow/contracts";
import { sql } from "kysely";
import type { Statements } from "../lineage-store.ts";
import { pgJson } from "../pg-text.ts";
import { keyOf } from "./chunk-check.ts";
import type { LockedAttempt } from "./lock-attempts.ts";

/** Keeps chunks whose header has not come: without it, the graph of their nodes is unknown. */
export async function parkChunks(
  tx: Statements,
  chunks: readonly LineageChunk[],
  attempts: ReadonlyMap<string, LockedAttempt>,
): Promise<void> {
  if (chunks.length === 0) return;
  const ids = chunks.map((chunk) => attempts.get(keyOf(chunk))?.attemptId ?? null);
  await tx.run(sql`
    insert into lineage.parked_chunk (attempt_id, chunk, body)
    select attempt_id, chunk, body::jsonb from unnest(
      ${ids}::bigint[], ${chunks.map(({ chunk }) => chunk)}::int[],
      ${chunks.map((chunk) => pgJson(chunk))}::text[]) as t (attempt_id, chunk, body)
    on conflict do nothing`);
}

/** Takes out what was parked of the attempts whose headers are here. */
export async function takeParked(
  tx: Statements,
  headers: readonly LineageChunk[],
  attempts: ReadonlyMap<string, LockedAttempt>,
): Promise<readonly LineageChunk[]> {
  const split = headers.filter(({ chunks }) => chunks > 1);
  if (split.length === 0) return [];
  const ids = split.map((chunk) => attempts.get(keyOf(chunk))?.attemptId ?? null);
  // What `parkChunks` wrote.
  const { rows } = await tx.run(sql<{ body: LineageChunk }>`
    delete from lineage.parked_chunk where attempt_id = any(${ids}::bigint[]) returning body`);
  return rows.map(({ body }) => body);
}
