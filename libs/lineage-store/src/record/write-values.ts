import type { ValueRef, ValueSummary } from "@weirflow/contracts";
import { sql } from "kysely";
import { hashId } from "../content-hash.ts";
import type { Statements } from "../lineage-store.ts";
import { pgJson, pgText } from "../pg-text.ts";
import { sourcesOf } from "./write-links.ts";
import type { PlacedChunk } from "./placed-chunk.ts";

/** What is known of a value; later parts complete earlier ones. */
interface KnownValue {
  readonly contentHash: string;
  readonly codec?: string | undefined;
  readonly sizeBytes?: number | undefined;
  readonly summary?: ValueSummary | undefined;
  readonly blobHash?: string | undefined;
  readonly madeBy?: { readonly attemptId: number; readonly ix: number } | undefined;
}

/** Writes a row for each distinct value, in the order of their hashes; what is known already is completed, never changed. */
export async function writeValues(tx: Statements, placed: readonly PlacedChunk[]): Promise<void> {
  const values = [...merge(placed.flatMap(valuesOf))].sort(([a], [b]) => (a < b ? -1 : 1));
  if (values.length === 0) return;
  const each = <T>(pick: (value: KnownValue) => T | undefined): (T | null)[] =>
    values.map(([, value]) => pick(value) ?? null);
  await tx.run(sql`
    insert into lineage.value_version as v
      (value_hash, content_hash, codec, size_bytes, summary, blob_hash, made_by, made_by_node)
    select value_hash, content_hash, codec, size_bytes, summary::jsonb, decode(blob_hash, 'hex'), made_by, made_by_node
    from unnest(
      ${values.map(([id]) => id)}::uuid[], ${each(({ contentHash }) => pgText(contentHash))}::text[],
      ${each(({ codec }) => codec)}::text[], ${each(({ sizeBytes }) => sizeBytes)}::bigint[],
      ${values.map(([, { summary }]) => pgJson(summary))}::text[], ${each(({ blobHash }) => blobHash)}::text[],
      ${each(({ madeBy }) => madeBy?.attemptId)}::bigint[], ${each(({ madeBy }) => madeBy?.ix)}::int[])
      as t (value_hash, content_hash, codec, size_bytes, summary, blob_hash, made_by, made_by_node)
    on conflict (value_hash) do update set
      codec = coalesce(v.codec, excluded.codec), size_bytes = coalesce(v.size_bytes, excluded.size_bytes),
      summary = coalesce(v.summary, excluded.summary), blob_hash = coalesce(v.blob_hash, excluded.blob_hash),
      made_by = coalesce(v.made_by, excluded.made_by),
      made_by_node = case when v.made_by is null then excluded.made_by_node else v.made_by_node end
    where (v.codec is null and excluded.codec is not null) or (v.size_bytes is null and excluded.size_bytes is not null)
      or (v.summary is null and excluded.summary is not null) or (v.blob_hash is null and excluded.blob_hash is not null)
      or (v.made_by is null and excluded.made_by is not null)`);
}

function valuesOf({ chunk, attempt, graph }: PlacedChunk): KnownValue[] {
  const made = chunk.nodes.flatMap(({ node, valueHash, sizeBytes, summary }): KnownValue[] => {
    if (valueHash === undefined) return [];
    const ix = graph.nodes.get(pgText(node)) ?? -1;
    return [
      { contentHash: valueHash, sizeBytes, summary, madeBy: { attemptId: attempt.attemptId, ix } },
    ];
  });
  const given = sourcesOf(chunk).map(({ valueHash, summary }) => ({
    contentHash: valueHash,
    summary,
  }));
  const results = (chunk.header?.outputs ?? []).map(({ ref }) => resultOf(ref));
  return [...results, ...made, ...given];
}

function resultOf(ref: ValueRef): KnownValue {
  const { valueHash, codec, sizeBytes, summary } = ref;
  const blobHash = ref.kind === "blob" ? ref.blobHash : undefined;
  return { contentHash: valueHash, codec, sizeBytes, summary, blobHash };
}

function merge(values: readonly KnownValue[]): Map<string, KnownValue> {
  const merged = new Map<string, KnownValue>();
  for (const value of values) {
    const id = hashId(value.contentHash);
    const known = merged.get(id);
    merged.set(id, {
      contentHash: value.contentHash,
      codec: known?.codec ?? value.codec,
      sizeBytes: known?.sizeBytes ?? value.sizeBytes,
      summary: known?.summary ?? value.summary,
      blobHash: known?.blobHash ?? value.blobHash,
      madeBy: known?.madeBy ?? value.madeBy,
    });
  }
  return merged;
}
