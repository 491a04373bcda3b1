export { type AcceptedRun, acceptRun, type RunRequest } from "./accept-run.ts";
export { beatAttempts } from "./beat-attempts.ts";
export { type Cancellation, cancelRun, type CancelRequest } from "./cancel-run.ts";
export { type Changes, type Hint, NO_CHANGES } from "./changes.ts";
export { type ClaimOptions, claimTaskRuns } from "./claim-task-runs.ts";
export { deploy, type Deployed, type DeployRequest } from "./deploy.ts";
export {
  CommitUnknownError,
  ConfigMissingError,
  DatabaseUnavailableError,
  DataRefusedError,
  DeploymentMissingError,
  InputsTooLargeError,
  LeaseLapsedError,
  OutputsMissingError,
  ScheduleParamsError,
  TimeoutPassedError,
} from "./errors.ts";
export { fireDueSchedules } from "./fire-schedules.ts";
export { type HalvesOptions, inHalves } from "./in-halves.ts";
export { migrate } from "./migrate.ts";
export { openStore, type Store, type StoreOptions } from "./open-store.ts";
export { countRefused, reportAttempts, type Reported } from "./report-attempts.ts";
export { saveConfig, type SavedConfig, setSchedulePaused } from "./save-config.ts";
export { setNow } from "./set-now.ts";
export { showArtifacts } from "./show-artifacts.ts";
export { knownPools, saveDeadLetter, settledAttempts } from "./settled-attempts.ts";
export { rehintAll } from "./stale-hints.ts";
export { sweep, type SweepOptions, type Swept } from "./sweep.ts";
export type { PinnedConfigs, RunError, RunResult, RunResults } from "./tables.ts";
export {
  acceptFromEvent,
  type DeployedTrigger,
  type EventMatches,
  listTriggers,
} from "./triggers.ts";
export type { Keyset } from "./read/keyset.ts";
export {
  type ArtifactRow,
  type ArtifactWithBody,
  artifactsByIds,
  artifactsOfRuns,
  findArtifact,
} from "./read/read-artifacts.ts";
export {
  type ConfigRow,
  configsByNames,
  type ConfigVersionRow,
  pageOfConfigs,
  pageOfConfigVersions,
} from "./read/read-configs.ts";
export {
  deploymentNamed,
  deploymentNames,
  type DeploymentRow,
  deploymentsByIds,
  pageOfDeployments,
  pagesOfDeployments,
  type TriggerRow,
  triggersOfDeployments,
} from "./read/read-deployments.ts";
export {
  type FlowRow,
  flowsByNames,
  type FlowVersionRow,
  flowVersionsByHashes,
  pageOfFlows,
} from "./read/read-flows.ts";
export {
  pageOfRuns,
  pagesOfRuns,
  type PinnedConfigRow,
  pinnedConfigsOfRuns,
  type RunFilter,
  runRevision,
  type RunRevision,
  type RunRow,
  runsByIds,
} from "./read/read-runs.ts";
export {
  pageOfSchedules,
  type ScheduleRow,
  schedulesByIds,
  schedulesOfDeployments,
} from "./read/read-schedules.ts";
export {
  type AttemptRow,
  attemptsOfTaskRuns,
  type TaskRunRow,
  taskRunsByIds,
  taskRunsOfRuns,
} from "./read/read-task-runs.ts";
