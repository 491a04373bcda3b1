import type { ValueSummary } from "@weirflow/contracts";
import { sql } from "kysely";
import { hashId } from "../content-hash.ts";
import type { LineageStore } from "../lineage-store.ts";

/** What is known of a value. */
export interface ValueRow {
  /** 64 hex digits, or `opaque:…`. */
  readonly valueHash: string;
  readonly codec: string | null;
  readonly sizeBytes: number | null;
  readonly summary: ValueSummary | null;
  /** Key in the value store, 64 hex digits; `null` for values that were kept inline or not at all. */
  readonly blobHash: string | null;
}

/** What is known of values, in the order of the hashes; `undefined` for unknown ones. */
export async function valuesByHash(
  store: LineageStore,
  hashes: readonly string[],
  signal: AbortSignal,
): Promise<readonly (ValueRow | undefined)[]> {
  const { rows } = await store.run(
    sql<ValueRow & { id: string }>`
      select value_hash as id, content_hash as "valueHash", codec, size_bytes as "sizeBytes", summary,
        encode(blob_hash, 'hex') as "blobHash"
      from lineage.value_version where value_hash = any(${hashes.map(hashId)}::uuid[])`,
    signal,
  );
  const byId = new Map(rows.map(({ id, ...value }) => [id, value]));
  return hashes.map((one) => byId.get(hashId(one)));
}

/**
 * Ids of the runs in which a task was given this value as an input, newest first.
 *
 * @param query.limit - runs at most, 1 to 1,000.
 */
export async function runsUsing(
  store: LineageStore,
  query: { readonly valueHash: string; readonly limit: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { rows } = await store.run(
    sql<{ runId: string }>`
      select distinct e.run_id as "runId" from lineage.node_exec e
      join lineage.attempt a on a.attempt_id = e.attempt_id and a.state <> 's'
      where e.value_hash = ${hashId(query.valueHash)}::uuid and e.state = 'i'
      order by e.run_id desc limit ${query.limit}`,
    signal,
  );
  return rows.map(({ runId }) => runId);
}
