import type { Json, JsonObject, RunState, TaskRunState } from "@weirflow/contracts";

/** A run in a list. */
export interface RunHead {
  /** Of the API's objects, e.g. `Run:0199…`. */
  readonly id: string;
  readonly runId: string;
  readonly flowName: string;
  readonly state: RunState;
  readonly isOver: boolean;
  /** Why it is in this state, where there is more to say. */
  readonly reason: string | null;
  /** Rises with each change. */
  readonly revision: number;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly traceId: string | null;
}

/** The fields of a {@link RunHead}. */
export const RUN_HEAD =
  "id runId flowName state isOver reason revision createdAt startedAt endedAt durationMs traceId";

/** An error as the API shows it. */
export interface ErrorView {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly node: string | null;
  readonly stack: string | null;
  /** What led to it: where a node failed, what its function threw. */
  readonly cause: {
    readonly code: string;
    readonly message: string;
    readonly stack: string | null;
  } | null;
}

const ERROR = "error { code message hint node stack cause { code message stack } }";

/** A task of a run. */
export interface TaskRunView {
  readonly taskRunId: string;
  readonly call: string;
  readonly task: string;
  readonly pool: string;
  readonly state: TaskRunState;
  readonly reason: string | null;
  readonly attempt: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly error: ErrorView | null;
  readonly attempts: readonly AttemptView[];
}

/** One try of a task. */
export interface AttemptView {
  readonly number: number;
  readonly state: string;
  readonly worker: string | null;
  readonly backend: string | null;
  readonly nodeCount: number | null;
  readonly durationMs: number | null;
}

const TASK_RUN = `taskRunId call task pool state reason attempt startedAt endedAt durationMs ${ERROR}
  attempts { number state worker backend nodeCount durationMs }`;

/** What a value looks like. */
export interface ValueView {
  readonly type: string;
  readonly preview: string | null;
  readonly rows: number | null;
  readonly columns: readonly string[] | null;
  readonly shape: readonly number[] | null;
}

/** What a flow returned, by name. */
export interface ResultView {
  readonly name: string;
  /** The value, where it is plain data of at most 64 KiB. */
  readonly json: Json;
  readonly output: {
    readonly valueHash: string;
    readonly sizeBytes: number;
    readonly summary: ValueView | null;
  } | null;
}

/** Something that a task saved for people to look at. */
export interface ArtifactView {
  readonly key: string;
  /** `GRAPH`, `TABLE`, … */
  readonly kind: string;
  readonly title: string | null;
  readonly mediaType: string;
  readonly fileName: string | null;
  readonly sizeBytes: number;
  /** Path on the server. */
  readonly url: string;
  readonly taskRun: { readonly call: string };
}

/** A run with all that a person asks about it. */
export interface RunView extends RunHead {
  readonly params: JsonObject;
  readonly version: { readonly hash: string };
  readonly origin: { readonly kind: string; readonly key: string };
  readonly error: ErrorView | null;
  readonly results: readonly ResultView[];
  readonly configs: readonly {
    readonly key: string;
    readonly name: string;
    readonly version: number;
  }[];
  readonly taskRuns: readonly TaskRunView[];
  readonly artifacts: readonly ArtifactView[];
  readonly lineage: {
    readonly nodeExecutions: number;
    readonly values: number;
    readonly bytes: number;
  };
}

/** The fields of a {@link RunView}. */
export const RUN_VIEW: string = `${RUN_HEAD} params version { hash } origin { kind key } ${ERROR}
  results { name json output { valueHash sizeBytes summary { type preview rows columns shape } } }
  configs { key name version }
  taskRuns { ${TASK_RUN} }
  artifacts { key kind title mediaType fileName sizeBytes url taskRun { call } }
  lineage { nodeExecutions values bytes }`;

/** How far an attempt is. */
export interface ProgressView {
  readonly call: string;
  readonly attempt: number;
  readonly nodesDone: number;
  readonly nodesTotal: number;
  readonly running: readonly string[];
  readonly text: string | null;
}

/** A run that changed, for whoever watches it. */
export interface RunChange {
  readonly revision: number;
  readonly run: RunHead & { readonly taskRuns: readonly TaskRunView[] };
  readonly progress: readonly ProgressView[];
}

/** The fields of a {@link RunChange}. */
export const RUN_CHANGE: string = `revision run { ${RUN_HEAD} taskRuns { ${TASK_RUN} } }
  progress { call attempt nodesDone nodesTotal running text }`;
