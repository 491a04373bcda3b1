export {
  AsyncRunError,
  FlowError,
  InvalidScheduleError,
  InvalidSchemaError,
  InvalidTriggerError,
  NoSuchFieldError,
  NotPlainError,
  OutsideRunError,
  ReferenceUsedError,
  type SchemaProblem,
  UnsupportedSchemaError,
} from "./errors.ts";
export {
  type Flow,
  flow,
  type FlowDefinition,
  flowDefinition,
  type FlowResults,
  type FlowSpec,
  type RunSource,
} from "./flow/flow.ts";
export type { FlowProblem } from "./flow/problem.ts";
export { type RecordedFlow, recordFlow } from "./flow/record-flow.ts";
export type { RecordedCall } from "./flow/recorder.ts";
export {
  evaluateExpression,
  type MadeValue,
  needsOf,
  resolveInput,
  type Scope,
} from "./json/evaluate-expression.ts";
export { matchesEvent, paramsFromEvent } from "./json/match-event.ts";
export {
  type JsonProblem,
  jsonValidator,
  type JsonVerdict,
  validateJson,
} from "./json/validate-json.ts";
export { canonicalJson } from "./manifest/canonical-json.ts";
export { flowVersion } from "./manifest/flow-version.ts";
export { type ManifestOptions, manifestOf } from "./manifest/manifest-of.ts";
export type { Codecs } from "./reference/codecs.ts";
export { record, text } from "./reference/compose.ts";
export type { Unportable } from "./reference/portable.ts";
export type { Doc, Exact, In, Known, Ref, Refs, When } from "./reference/ref.ts";
export {
  checkSchedule,
  lastOccurrence,
  nextOccurrence,
  occurrencesBetween,
  type Recurrence,
  type Stretch,
} from "./schedule/occurrences.ts";
export type { Interval, Schedule } from "./schedule/schedule.ts";
export { type BodyOf, type ConfigDoc, defineConfig } from "./task/define-config.ts";
export type { Duration } from "./task/duration.ts";
export type { CallOptions, Retries, TaskOptions } from "./task/task-options.ts";
export {
  type Choice,
  type Inputs,
  type Task,
  task,
  type TaskDefinition,
  taskDefinition,
  type TaskSpec,
} from "./task/task.ts";
export {
  type EventOptions,
  type MappedEventOptions,
  onEvent,
  onSubject,
  type StrictTrigger,
  type Trigger,
} from "./trigger/trigger.ts";
