import { createRequire } from "node:module";
import type * as Ort from "onnxruntime-node";
import { RuntimeMissingError } from "./errors.ts";

/** What `onnxruntime-node` exports. */
export type Runtime = typeof Ort;

/** A model that the runtime has loaded. */
export type Session = Ort.InferenceSession;

/** An array of the runtime. */
export type RuntimeTensor = Ort.Tensor;

/**
 * Loads `onnxruntime-node`, an optional package, as seen from `base`.
 *
 * @throws {@link RuntimeMissingError} `onnx/runtime-missing`.
 */
export function loadRuntime(base: string | URL): Runtime {
  try {
    return createRequire(base)("onnxruntime-node") as Runtime; // the package's contract
  } catch (error) {
    throw new RuntimeMissingError(error);
  }
}

/** The first line of what the runtime says, without the place in its sources. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [first = "failed"] = text.trim().split("\n", 1);
  return first.replace(/^\/\S+:\d+ .*? (?:was false|failed)\. /, "");
}
