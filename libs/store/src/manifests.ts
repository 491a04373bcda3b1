import { type FlowManifest, flowManifestSchema, type TaskCall } from "@weirflow/contracts";
import { sql } from "kysely";
import type { Trx } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";

/** What a run depends on never changes under its hash, so manifests read lately are kept. */
const KEPT = 64;

/** The manifests of flow versions, by hash. */
export async function readManifests(
  store: Store,
  trx: Trx,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, FlowManifest>> {
  const { manifests: known } = store.memory;
  const wanted = [...new Set(hashes)];
  const missing = wanted.filter((hash) => !known.has(hash));
  const found = new Map(wanted.flatMap((hash) => entryOf(known, hash)));
  if (missing.length === 0) return found;
  const rows = await trx
    .selectFrom("flow_versions")
    .select(["hash", "manifest"])
    .where("hash", "=", sql<string>`any(${missing}::text[])`)
    .execute();
  for (const { hash, manifest } of rows) {
    const parsed = flowManifestSchema.parse(manifest);
    known.set(hash, parsed);
    found.set(hash, parsed);
  }
  for (const oldest of known.keys()) {
    if (known.size <= KEPT) break;
    known.delete(oldest);
  }
  return found;
}

function entryOf(
  known: ReadonlyMap<string, FlowManifest>,
  hash: string,
): readonly (readonly [string, FlowManifest])[] {
  const manifest = known.get(hash);
  return manifest === undefined ? [] : [[hash, manifest]];
}

/** The call of a task run in its flow. */
export function callOf(manifest: FlowManifest, id: string): TaskCall | undefined {
  return manifest.calls.find((call) => call.id === id);
}
