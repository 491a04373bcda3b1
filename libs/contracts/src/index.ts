export { errorRecordSchema } from "./error-record-schema.ts";
export {
  InvalidIdError,
  InvalidPoolError,
  MalformedMessageError,
  type MessageProblem,
} from "./errors.ts";
export {
  type CloudEvent,
  cloudEventSchema,
  EventType,
  type RunChanged,
  runChangedSchema,
  type TaskSettled,
  taskSettledSchema,
} from "./events.ts";
export { type Expression, expressionSchema } from "./expression.ts";
export {
  type ConfigBinding,
  configBindingSchema,
  type FlowManifest,
  flowManifestSchema,
  type RetrySpec,
  retrySpecSchema,
  type ScheduleSpec,
  scheduleSpecSchema,
  type TaskCall,
  taskCallSchema,
  type TriggerSpec,
  triggerSpecSchema,
} from "./flow-manifest.ts";
export {
  type GraphDescription,
  graphDescriptionSchema,
  type GraphNodeDescription,
} from "./graph-description.ts";
export {
  type ClaimId,
  type DeploymentId,
  type FlowVersion,
  idSchemas,
  parseClaimId,
  parseDeploymentId,
  parseFlowVersion,
  parseRunId,
  parseTaskRunId,
  type RunId,
  type TaskRunId,
} from "./ids.ts";
export { type Json, type JsonObject, jsonObjectSchema, jsonSchema } from "./json.ts";
export {
  type LineageAnswer,
  lineageAnswerSchema,
  type LineageChunk,
  lineageChunkSchema,
  type LineageHeader,
  lineageHeaderSchema,
  type NodeExecution,
  nodeExecutionSchema,
} from "./lineage-messages.ts";
export { decodeMessage, encodeMessage } from "./message-codec.ts";
export { AttemptState, CRASH_BUDGET, isTerminal, RunState, TaskRunState } from "./states.ts";
export {
  type BucketSpec,
  bucketSpecs,
  type ConsumerSpec,
  consumerSpecs,
  MAX_MESSAGE_BYTES,
  type StreamSpec,
  streamSpecs,
  VALUES_BUCKET,
  workConsumer,
} from "./streams.ts";
export { poolSchema, subjectMatches, subjects } from "./subjects.ts";
export {
  type BeatAnswer,
  beatAnswerSchema,
  type BeatRequest,
  beatRequestSchema,
  type CancelHint,
  cancelHintSchema,
  type ClaimAnswer,
  claimAnswerSchema,
  type ClaimRequest,
  claimRequestSchema,
  type DeadLetter,
  deadLetterSchema,
  type Grant,
  grantSchema,
  type LogLine,
  logLineSchema,
  type Progress,
  progressSchema,
  type ReportAnswer,
  reportAnswerSchema,
  type ReportRequest,
  reportRequestSchema,
  type ResolvedInput,
  resolvedInputSchema,
  type SettledAnswer,
  settledAnswerSchema,
  type SettledRequest,
  settledRequestSchema,
  type ShowAnswer,
  showAnswerSchema,
  type ShowRequest,
  showRequestSchema,
  type WorkHint,
  workHintSchema,
} from "./task-messages.ts";
export {
  type ArtifactRef,
  artifactRefSchema,
  INLINE_LIMIT_BYTES,
  LIVE_LIMIT_BYTES,
  type LiveArtifact,
  liveArtifactSchema,
  type ValueRef,
  valueRefSchema,
  type ValueSummary,
} from "./value-ref.ts";
export {
  type AttemptClock,
  type AttemptCommand,
  type AttemptDecision,
  type AttemptFacts,
  decideAttempt,
  overdueOutcome,
} from "./decide-attempt.ts";
export {
  decideRun,
  type RunCommand,
  type RunDecision,
  type RunEffect,
  type RunFacts,
  type RunTask,
} from "./decide-run.ts";
export {
  decideTaskRun,
  type EndOutcome,
  type TaskRunCommand,
  type TaskRunDecision,
  type TaskRunFacts,
} from "./decide-task-run.ts";
