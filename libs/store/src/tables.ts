import type {
  FlowManifest,
  Json,
  JsonObject,
  ScheduleSpec,
  TriggerSpec,
  ValueRef,
} from "@weirflow/contracts";
import type { ErrorRecord } from "@weirflow/errors";
import type { ColumnType, Generated } from "kysely";

/** A JSON column: parsed when read, text when written. */
export type JsonColumn<T> = ColumnType<T, string, string>;
/** A JSON column that may be null. */
export type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
/** An instant that may be null. */
export type NullableInstant = ColumnType<Date | null, Date | null | undefined, Date | null>;

export interface FlowsTable {
  name: string;
  created_at: Generated<Date>;
}
export interface FlowVersionsTable {
  hash: string;
  flow: string;
  manifest: JsonColumn<FlowManifest>;
  created_at: Generated<Date>;
}
export interface DeploymentsTable {
  id: Generated<string>;
  flow: string;
  name: string;
  version: string;
  params: JsonColumn<JsonObject>;
  paused: boolean;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}
export interface SchedulesTable {
  id: Generated<string>;
  deployment_id: string;
  slug: string;
  spec: JsonColumn<ScheduleSpec>;
  /** Where intervals count from. */
  anchor_at: Date;
  /** Occurrences up to here are done. */
  cursor_at: Date;
  next_at: NullableInstant;
  paused: boolean;
  removed: boolean;
  /** Why its next occurrence could not start a run; it is tried again until it can. */
  problem: string | null;
}
export interface TriggersTable {
  deployment_id: string;
  slug: string;
  spec: JsonColumn<TriggerSpec>;
}
export interface ConfigsTable {
  name: string;
  schema: JsonColumn<JsonObject>;
  version: number;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}
export interface ConfigVersionsTable {
  name: string;
  version: number;
  body: JsonColumn<JsonObject>;
  created_at: Generated<Date>;
}
/** The config documents that a run pinned, by the flow's key. */
export type PinnedConfigs = Readonly<
  Record<string, { readonly name: string; readonly version: number }>
>;
/** One thing that a flow returned: JSON as such, or the value that a task made. */
export interface RunResult {
  readonly json?: Json;
  readonly value?: ValueRef;
  readonly call?: string;
  readonly output?: string;
  /** Of a record that holds values of tasks: its parts. */
  readonly of?: RunResults;
}
/** What a flow returned, by name. */
export type RunResults = Readonly<{ [name: string]: RunResult }>;
/** The error of a run: the one of the task run that ended it. */
export type RunError = ErrorRecord & { readonly call?: string; readonly taskRunId?: string };
export interface RunsTable {
  id: Generated<string>;
  /** `hash(id) mod 1024`, for routing and sharding later. */
  vp: number;
  deployment_id: string;
  flow: string;
  version: string;
  /** Rises with each change, under the run's lock. */
  revision: Generated<number>;
  state: string;
  reason: string | null;
  params: JsonColumn<JsonObject>;
  configs: JsonColumn<PinnedConfigs>;
  origin_kind: "manual" | "schedule" | "event";
  origin_key: string;
  origin_detail: NullableJson<JsonObject>;
  scheduled_for: NullableInstant;
  traceparent: string | null;
  error: NullableJson<RunError>;
  results: NullableJson<RunResults>;
  cancelling: Generated<boolean>;
  created_at: Generated<Date>;
  started_at: NullableInstant;
  ended_at: NullableInstant;
}
export interface TaskRunsTable {
  id: Generated<string>;
  vp: number;
  run_id: string;
  call: string;
  task: string;
  pool: string;
  state: string;
  reason: string | null;
  attempt: Generated<number>;
  claim_id: string | null;
  worker: string | null;
  lease_until: NullableInstant;
  ready_at: NullableInstant;
  hinted_at: NullableInstant;
  hint_count: Generated<number>;
  /** When a RETRYING task run becomes READY. */
  due_at: NullableInstant;
  /** When the running attempt has to be over. */
  deadline_at: NullableInstant;
  /** When a cancelled attempt is given up without its worker. */
  cancel_deadline_at: NullableInstant;
  retries_used: Generated<number>;
  crashes_used: Generated<number>;
  /** Since when workers have said that they lack the flow version. */
  unserved_since: NullableInstant;
  concurrency: Generated<string[]>;
  outputs: NullableJson<Readonly<Record<string, ValueRef>>>;
  error: NullableJson<ErrorRecord>;
  created_at: Generated<Date>;
  started_at: NullableInstant;
  ended_at: NullableInstant;
}
export interface AttemptsTable {
  task_run_id: string;
  number: number;
  run_id: string;
  claim_id: string;
  worker: string;
  state: string;
  started_at: Generated<Date>;
  ended_at: NullableInstant;
  error: NullableJson<ErrorRecord>;
  backend: string | null;
  node_count: Generated<number>;
  /** Whether a report of its own ended it: the same report is then answered the same. */
  reported: Generated<boolean>;
}
export interface ArtifactsTable {
  id: Generated<string>;
  run_id: string;
  task_run_id: string;
  attempt: number;
  key: string;
  kind: string;
  title: string | null;
  media_type: string;
  file_name: string | null;
  blob_hash: string;
  size_bytes: string;
  created_at: Generated<Date>;
  /** When something last took the place of what was under its key. */
  updated_at: Generated<Date>;
  /** Its bytes, as long as the attempt has not reported that they are in the value store. */
  body: Buffer | null;
  /** Place of what was shown last in the order of what the attempt saved; 0 once it has reported. */
  sequence: Generated<number>;
}
export interface StateLogTable {
  seq: Generated<string>;
  run_id: string;
  task_run_id: string | null;
  from_state: string | null;
  to_state: string;
  reason: string | null;
  at: Generated<Date>;
}
export interface DeadLettersTable {
  id: Generated<string>;
  subject: string;
  reason: string;
  payload: string;
  headers: JsonColumn<Readonly<Record<string, string>>>;
  created_at: Generated<Date>;
}
export interface LimitsTable {
  tag: string;
  slots: number;
}
export interface CountersTable {
  name: string;
  value: string;
}

/** Every table of the orchestration database. */
export interface Database {
  flows: FlowsTable;
  flow_versions: FlowVersionsTable;
  deployments: DeploymentsTable;
  schedules: SchedulesTable;
  triggers: TriggersTable;
  configs: ConfigsTable;
  config_versions: ConfigVersionsTable;
  runs: RunsTable;
  task_runs: TaskRunsTable;
  attempts: AttemptsTable;
  artifacts: ArtifactsTable;
  state_log: StateLogTable;
  dead_letters: DeadLettersTable;
  limits: LimitsTable;
  counters: CountersTable;
}
