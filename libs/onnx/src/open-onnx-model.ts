import { isMainThread } from "node:worker_threads";
import { openInProcess } from "./model-process.ts";
import type { OnnxModel } from "./onnx-model.ts";
import { type OnnxSource, openHere, type OpenOnnxOptions } from "./open-here.ts";

/**
 * Opens an ONNX model by the first provider that can run it. Each one passed over is listed with its reason.
 *
 * In a worker thread the model lives in a process of its own, since ONNX Runtime does not bear that a thread is ended in the
 * middle of a run: opening takes some 0.15 s longer, and arrays are copied there and back.
 *
 * @throws {@link RuntimeMissingError} `onnx/runtime-missing`, when `onnxruntime-node` is not installed.
 * @throws {@link UnreadableModelError} `onnx/unreadable-model`, when no provider can read it, not even the CPU.
 * @throws {@link ProviderUnavailableError} `onnx/provider-unavailable`, when the model is fine.
 * @throws {@link ModelEndedError} `onnx/ended`, when the process of a model in a worker thread died.
 * @example
 * await using model = await openOnnxModel({ path: "classifier.onnx", providers: ["webgpu", "cpu"] });
 * const { probabilities } = await model.run({ x: { values, shape: [rows, 3] } });
 */
export async function openOnnxModel(source: OnnxSource & OpenOnnxOptions): Promise<OnnxModel> {
  return isMainThread ? await openHere(source) : await openInProcess(source);
}
