export { type Client, type ClientOptions, createClient, type Variables } from "./create-client.ts";
export {
  ApiDeniedError,
  ApiFailedError,
  ApiUnreachableError,
  ConflictError,
  type InputProblem,
  InvalidInputError,
  InvalidStateError,
  NotFoundError,
} from "./errors.ts";
export {
  cancelRun,
  config,
  type ConfigView,
  deploy,
  type DeployInput,
  deployment,
  type DeploymentView,
  pauseSchedule,
  run,
  runs,
  type RunsOptions,
  type RunsPage,
  saveConfig,
  type SaveConfigInput,
  type ScheduleView,
  startRun,
  type StartRunInput,
} from "./operations.ts";
export type {
  ArtifactView,
  AttemptView,
  ErrorView,
  ProgressView,
  ResultView,
  RunChange,
  RunHead,
  RunView,
  TaskRunView,
  ValueView,
} from "./run-view.ts";
export { watchRun, type WatchOptions } from "./watch-run.ts";
