export type { DenseArray, InputArray, Numbers } from "./dense-array.ts";
export {
  InferenceFailedError,
  InvalidInputError,
  InvalidOutputError,
  ModelClosedError,
  ModelEndedError,
  ProviderUnavailableError,
  RuntimeMissingError,
  type TriedProvider,
  UnreadableModelError,
} from "./errors.ts";
export type { Inputs, OnnxModel, OnnxProvider, OnnxValue, RunOnnxOptions } from "./onnx-model.ts";
export type { OnnxSource, OpenOnnxOptions } from "./open-here.ts";
export { openOnnxModel } from "./open-onnx-model.ts";
