import type { BackendFacts, TensorBackend } from "./tensor-backend.ts";

/**
 * The facts about a back end that belong into lineage: what computed, on what, and what could not be had.
 *
 * @throws {@link BackendClosedError} `compute/backend-closed`, after disposal.
 * @example
 * await using backend = await openTensorBackend();
 * log.info("backend.opened", { ...describeBackend(backend) });
 */
export function describeBackend(backend: TensorBackend): BackendFacts {
  const { name, device, isGpu, tried, tf, memory } = backend;
  const { totalBytes, maxTensorBytes } = memory;
  return {
    name,
    device,
    isGpu,
    version: tf.version_core,
    ...(totalBytes === undefined ? {} : { memoryBytes: totalBytes }),
    ...(maxTensorBytes === undefined ? {} : { maxTensorBytes }),
    tried,
  };
}
