import type { ArtifactRef, ValueRef } from "@weirflow/contracts";
import { toValueRef, type ValueStore } from "@weirflow/values";
import type { JobResult } from "../slot/slot-messages.ts";

/** Bytes that the outputs of one attempt may keep inline together: a report must fit in a message. */
export const INLINE_BUDGET_BYTES = 131_072;

/** What an attempt leaves behind, by reference. */
export interface StoredResults {
  readonly outputs: Readonly<Record<string, ValueRef>>;
  readonly artifacts: readonly ArtifactRef[];
}

/**
 * Stores outputs and artifacts; once it resolves, every reference can be followed.
 *
 * Outputs stay inline while they are small and the budget of the attempt lasts, in the order in which they were asked for.
 *
 * @throws ValueStoreUnavailableError `values/unavailable`, safe to retry: what is stored already is stored again, in place.
 */
export async function storeResults(
  result: Pick<JobResult, "outputs" | "artifacts">,
  store: Pick<ValueStore, "put">,
  signal: AbortSignal,
): Promise<StoredResults> {
  const outputs: Record<string, ValueRef> = {};
  let inlineLimitBytes = INLINE_BUDGET_BYTES;
  for (const { name, value } of result.outputs) {
    const ref = await toValueRef(value, store, { signal, inlineLimitBytes });
    if (ref.kind === "inline") inlineLimitBytes -= ref.sizeBytes;
    outputs[name] = ref;
  }
  const artifacts: ArtifactRef[] = [];
  for (const { bytes, ...artifact } of result.artifacts) {
    const blobHash = await store.put(bytes, signal);
    artifacts.push({ ...artifact, blobHash, sizeBytes: bytes.byteLength });
  }
  return { outputs, artifacts };
}
