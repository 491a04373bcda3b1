export {
  LineageBusyError,
  LineageConflictError,
  LineageDataError,
  LineageMigrationError,
  LineageStatementError,
  LineageUnavailableError,
} from "./errors.ts";
export { type LineageStore, type LineageStoreOptions, openLineageStore } from "./lineage-store.ts";
export {
  logLines,
  type LogPosition,
  type LogQuery,
  type LogRow,
  type NumberedLine,
  recordLogs,
} from "./log/log-lines.ts";
export { migrateLineage } from "./migrate-lineage.ts";
export { type Cause } from "./read/classify.ts";
export { lineageSummaries, lineageSummary, type LineageSummary } from "./read/lineage-summary.ts";
export { nodeExecutions, type NodeExecutionsQuery, nodeHistory } from "./read/node-executions.ts";
export { reproduce, type Reproduction } from "./read/reproduce.ts";
export { type NodeExecutionRow } from "./read/rows.ts";
export { runsUsing, type ValueRow, valuesByHash } from "./read/values.ts";
export { downstream, type LineageStep, upstream, type WalkQuery } from "./read/walk.ts";
export { type Comparison, type NodeDifference, whyDifferent } from "./read/why-different.ts";
export { type ChunkVerdict, recordChunk, recordChunks } from "./record/record-chunks.ts";
export {
  type PendingAttempt,
  pendingAttempts,
  type SettledAttempt,
  settleAttempts,
} from "./settle-attempts.ts";
