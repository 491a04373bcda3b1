export {
  DuplicateArtifactError,
  GraphTooLargeError,
  LineageRefusedError,
  MemoryLimitError,
  type MemoryOveruse,
  NoFlowsError,
  SlotStartError,
  StrayError,
  TaskCancelledError,
  TaskCrashedError,
  TaskTimedOutError,
  TooManyArtifactsError,
  UnknownTaskError,
  VersionChangedError,
} from "./errors.ts";
export { runWorker, type WorkerService } from "./run-worker.ts";
export { type RunningWorker, startWorker, type WorkerOptions } from "./start-worker.ts";
export {
  type WorkerDefaults,
  workerEnv,
  type WorkerEnv,
  type WorkerEnvFields,
} from "./worker-env.ts";
