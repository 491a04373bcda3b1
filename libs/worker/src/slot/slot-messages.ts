import type { BackendRequirement } from "@weirflow/compute";
import type { ErrorRecord } from "@weirflow/errors";
import type {
  ArtifactRef,
  FlowManifest,
  Json,
  LineageHeader,
  LogLine,
  NodeExecution,
} from "@weirflow/contracts";
import type { EncodedValue } from "@weirflow/values";

/** Everything that crosses between the worker's main thread and the thread or process that runs user code. */

/** An input of a job: JSON, the bytes of a value that another task made, or a record of such. */
export type JobInput =
  | { readonly kind: "json"; readonly value: Json }
  | {
      readonly kind: "value";
      readonly codec: string;
      readonly bytes: Uint8Array;
      /** The hash of the content, as the task that made the value said. */
      readonly valueHash: string;
      readonly from: {
        readonly taskRunId: string;
        readonly attempt: number;
        readonly output: string;
      };
    }
  | { readonly kind: "record"; readonly of: Readonly<Record<string, JobInput>> };

/** What a slot runs: one attempt of a task run. */
export interface Job {
  readonly runId: string;
  readonly taskRunId: string;
  /** From 1. */
  readonly attempt: number;
  readonly flow: string;
  readonly version: string;
  /** The file that exports the flow. */
  readonly file: string;
  /** The call's id in the flow. */
  readonly call: string;
  readonly task: string;
  readonly inputs: Readonly<Record<string, JobInput>>;
  /** Requested outputs, by node name. */
  readonly outputs: readonly string[];
  readonly tensor: TensorPreference;
}

/** Which tensor back end tasks get unless they ask for another. */
export interface TensorPreference {
  /** The back end to try first. */
  readonly prefer?: string | undefined;
  /** What has to compute. */
  readonly require?: BackendRequirement | undefined;
  /** Whether a GPU that is only simulated will do. */
  readonly allowSoftware?: boolean | undefined;
  /** From where the packages of GPU back ends are looked up: a file's URL. */
  readonly base?: string | undefined;
}

/** A flow that was found in the folders that this worker serves. */
export interface ServedFlow {
  readonly manifest: FlowManifest;
  readonly file: string;
}

/** An artifact with its bytes. */
export type CollectedArtifact = Omit<ArtifactRef, "blobHash" | "sizeBytes"> & {
  readonly bytes: Uint8Array;
};

/** An artifact with its place in the order of what the attempt saved, from 1. */
export type SavedArtifact = CollectedArtifact & { readonly sequence: number };

/** An input of the graph, as lineage records it. */
export type RecordedInput = LineageHeader["inputs"][number];

/** How the graph ended. */
export interface JobResult {
  /** `cancelled` only after a cancel message; `crashed` when the GPU that computed was lost. */
  readonly outcome: "succeeded" | "failed" | "cancelled" | "crashed";
  readonly outputs: readonly { readonly name: string; readonly value: EncodedValue }[];
  /** Also those of a graph that failed later. */
  readonly artifacts: readonly CollectedArtifact[];
  readonly error?: ErrorRecord;
  /** Whether another attempt may help. */
  readonly retryable: boolean;
  /** The tensor back end that was opened last, as JSON. */
  readonly backend?: Readonly<Record<string, Json>>;
  /** Whether the thread or process should run nothing more: an error may have left it in pieces. */
  readonly isTainted: boolean;
}

/** A line that a node logged. */
export type SlotLine = Pick<LogLine, "level" | "at" | "message" | "node" | "fields">;

/** A node that runs now. */
export interface StartedNode {
  readonly node: string;
  /** Since the start of the job, microseconds. */
  readonly startUs: number;
}

/** A node asks for its checkpoint, or leaves one. */
export interface CheckpointRequest {
  readonly kind: "checkpoint";
  /** Tells the requests of one attempt from those of code that an earlier one left running. */
  readonly job: string;
  /** Tells the answer to one request from others. */
  readonly id: number;
  readonly node: string;
  readonly action: "load" | "save";
  /** What is saved. */
  readonly bytes?: Uint8Array;
}

/** What came of a request; without an error, it is done. */
export interface CheckpointAnswer {
  readonly kind: "checkpoint";
  readonly job: string;
  readonly id: number;
  /** What was loaded, if there was something. */
  readonly bytes?: Uint8Array;
  readonly error?: ErrorRecord;
}

/** Names a job in requests. */
export function jobKey({ taskRunId, attempt }: Pick<Job, "taskRunId" | "attempt">): string {
  return `${taskRunId}/${attempt}`;
}

/** From the main thread. */
export type ToSlot =
  | { readonly kind: "load"; readonly paths: readonly string[] }
  | { readonly kind: "probe"; readonly tensor: TensorPreference }
  | { readonly kind: "run"; readonly job: Job }
  | CheckpointAnswer
  | { readonly kind: "cancel"; readonly reason: string };

/** To the main thread. */
export type FromSlot =
  | { readonly kind: "up" }
  | {
      readonly kind: "loaded";
      readonly flows: readonly ServedFlow[];
      readonly problems: readonly string[];
    }
  | {
      readonly kind: "probed";
      /** What can be had, as JSON. */
      readonly backend?: Readonly<Record<string, Json>>;
      /** Why nothing can. */
      readonly error?: ErrorRecord;
    }
  | {
      readonly kind: "begun";
      readonly nodesTotal: number;
      readonly inputs: readonly RecordedInput[];
    }
  | {
      readonly kind: "nodes";
      readonly started: readonly StartedNode[];
      readonly ended: readonly NodeExecution[];
    }
  | { readonly kind: "progress"; readonly text: string }
  | {
      readonly kind: "artifact";
      /** Tells what one attempt shows from what code shows that an earlier one left running. */
      readonly job: string;
      readonly artifact: SavedArtifact;
    }
  | CheckpointRequest
  | { readonly kind: "line"; readonly line: SlotLine }
  | { readonly kind: "ended"; readonly result: JobResult };
