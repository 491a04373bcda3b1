export { type AcceptedRun, acceptRun, type RunRequest } from "./accept-run.ts";
export { beatAttempts } from "./beat-attempts.ts";
export { type Cancellation, cancelRun } from "./cancel-run.ts";
export { type Changes, type Hint, NO_CHANGES } from "./changes.ts";
export { type ClaimOptions, claimTaskRuns } from "./claim-task-runs.ts";
export { deploy, type Deployed, type DeployRequest } from "./deploy.ts";
export {
  CommitUnknownError,
  ConfigMissingError,
  DatabaseUnavailableError,
  DeploymentMissingError,
} from "./errors.ts";
export { fireDueSchedules } from "./fire-schedules.ts";
export { migrate } from "./migrate.ts";
export { openStore, type Store, type StoreOptions } from "./open-store.ts";
export { countRefused, reportAttempts, type Reported } from "./report-attempts.ts";
export { saveConfig, type SavedConfig, setSchedulePaused } from "./save-config.ts";
export { setNow } from "./set-now.ts";
export { knownPools, saveDeadLetter, settledAttempts } from "./settled-attempts.ts";
export { rehintAll } from "./stale-hints.ts";
export { sweep, type SweepOptions, type Swept } from "./sweep.ts";
export type { PinnedConfigs, RunError, RunResults } from "./tables.ts";
export {
  acceptFromEvent,
  type DeployedTrigger,
  type EventMatches,
  listTriggers,
} from "./triggers.ts";
