export {
  type ArrowTable,
  type Columns,
  columnsOfArrow,
  columnsOfTensor,
  samplesOfColumns,
  tensorOfColumns,
} from "./data/columns.ts";
export {
  arrayOf,
  type DenseArray,
  type Numbers,
  rowsOf,
  takeRows,
  tensorOf,
} from "./data/dense-array.ts";
export { type Normalisation, normalisationOf, normalised } from "./data/normalise.ts";
export { type Split, splitByGroup, type SplitOptions } from "./data/split.ts";
export { describeBackend } from "./describe-backend.ts";
export {
  BackendClosedError,
  BackendOptionError,
  BackendUnavailableError,
  ColumnError,
  ComplexNumberError,
  DeviceFaultError,
  DeviceLostError,
  SynchronousReadError,
  TensorMemoryError,
  TrainingDataError,
  TrainingDivergedError,
  UnknownBackendError,
  UnreadableModelError,
} from "./errors.ts";
export { openTensorBackend, type OpenBackendOptions } from "./open-tensor-backend.ts";
export type {
  BackendFacts,
  BackendRequirement,
  Tensor,
  TensorBackend,
  TensorBackendName,
  TensorFlow,
  TensorMemory,
  TriedBackend,
} from "./tensor-backend.ts";
export {
  backendInUse,
  type BackendPreference,
  deviceFailure,
  preferBackend,
} from "./thread-backend.ts";
export type { Layers, LayersModel } from "./train/layers-model.ts";
export { type Model, parameterCount, type TrainingConfiguration } from "./train/model.ts";
export { modelCodec, type ModelCodec } from "./train/model-codec.ts";
export { predict, type PredictOptions } from "./train/predict.ts";
export { type Training, train } from "./train/train.ts";
export type {
  EarlyStopping,
  EpochResult,
  Loss,
  OptimizerOptions,
  Samples,
  TrainContext,
  TrainOptions,
} from "./train/training-options.ts";
