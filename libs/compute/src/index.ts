export { describeBackend } from "./describe-backend.ts";
export { BackendClosedError, BackendUnavailableError, UnknownBackendError } from "./errors.ts";
export { openTensorBackend, type OpenBackendOptions } from "./open-tensor-backend.ts";
export type {
  BackendFacts,
  Tensor,
  TensorBackend,
  TensorBackendName,
  TensorFlow,
  TriedBackend,
} from "./tensor-backend.ts";
export { backendInUse, type BackendPreference, preferBackend } from "./thread-backend.ts";
