import type { ArtifactRef } from "@weirflow/contracts";
import { type RawBuilder, sql } from "kysely";
import type { Store } from "../open-store.ts";
import { inOrder, read } from "./keyset.ts";

/** An artifact as it is read: that of the newest attempt that made one under its key. */
export interface ArtifactRow {
  readonly id: string;
  readonly runId: string;
  readonly taskRunId: string;
  readonly key: string;
  readonly kind: ArtifactRef["kind"];
  readonly title: string | null;
  readonly mediaType: string;
  readonly fileName: string | null;
  readonly blobHash: string;
  readonly sizeBytes: number;
  readonly createdAt: Date;
  /** When something last took the place of what was under its key. */
  readonly updatedAt: Date;
}

/** An artifact with its bytes, where they are not in the value store yet. */
export interface ArtifactWithBody extends ArtifactRow {
  readonly body: Uint8Array | null;
}

const COLUMNS: RawBuilder<ArtifactRow> = sql`
  id, run_id as "runId", task_run_id as "taskRunId", key, kind, title, media_type as "mediaType",
  file_name as "fileName", blob_hash as "blobHash", size_bytes::float8 as "sizeBytes", created_at as "createdAt",
  updated_at as "updatedAt"`;

/** The artifacts of runs, by task run and key. */
export async function artifactsOfRuns(
  store: Store,
  runIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly ArtifactRow[]> {
  const query = sql<ArtifactRow>`
    select distinct on (task_run_id, key) ${COLUMNS} from artifacts
    where run_id = any(${[...runIds]}::uuid[]) order by task_run_id, key, attempt desc`;
  return await read(signal, async () => (await query.execute(store.db, { signal })).rows);
}

/** Artifacts in the order of their ids. */
export async function artifactsByIds(
  store: Store,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly (ArtifactRow | undefined)[]> {
  const query = sql<ArtifactRow>`select ${COLUMNS} from artifacts where id = any(${[...ids]}::uuid[])`;
  const { rows } = await read(signal, async () => await query.execute(store.db, { signal }));
  return inOrder(ids, rows, ({ id }) => id);
}

/** One artifact by its place, as one moment had it: of a running attempt, with its bytes. */
export async function findArtifact(
  store: Store,
  place: { readonly runId: string; readonly taskRunId: string; readonly key: string },
  signal: AbortSignal,
): Promise<ArtifactWithBody | undefined> {
  const query = sql<ArtifactWithBody>`
    select ${COLUMNS}, body from artifacts
    where task_run_id = ${place.taskRunId} and run_id = ${place.runId} and key = ${place.key}
    order by attempt desc limit 1`;
  return await read(signal, async () => (await query.execute(store.db, { signal })).rows[0]);
}
