import { subjects } from "./subjects.ts";

const MIB = 1_048_576;
const DAY_MS = 86_400_000;

/** A stream as data: what the provisioner makes it be. */
export interface StreamSpec {
  readonly name: string;
  readonly subjects: readonly string[];
  /** `workqueue`: a message is gone once acked; `limits`: it stays until age or size drops it. */
  readonly retention: "workqueue" | "limits";
  /** What a full stream does with the next message. */
  readonly discard: "new" | "old";
  readonly maxBytes: number;
  readonly maxMessages?: number;
  /** 0 means no limit of age. */
  readonly maxAgeMs: number;
  /** Message ids are remembered this long. */
  readonly duplicateWindowMs: number;
}

/** A durable pull consumer as data. */
export interface ConsumerSpec {
  readonly stream: string;
  readonly name: string;
  readonly filterSubject: string;
  readonly ackWaitMs: number;
  readonly maxAckPending: number;
}

/** A key-value bucket as data. */
export interface BucketSpec {
  readonly name: string;
  readonly maxBytes: number;
  readonly maxValueBytes: number;
}

/** No message is larger. */
export const MAX_MESSAGE_BYTES = 524_288;

/** The streams of a deployment. `triggerSubjects` are the outside subjects that INGEST captures. */
export function streamSpecs(triggerSubjects: readonly string[]): readonly StreamSpec[] {
  return [
    {
      name: "WORK",
      subjects: ["weir.work.*"],
      retention: "workqueue",
      discard: "new",
      maxBytes: 64 * MIB,
      maxMessages: 200_000,
      maxAgeMs: 0,
      duplicateWindowMs: 2_000,
    },
    {
      name: "EVENTS",
      subjects: [subjects.eventAll],
      retention: "limits",
      discard: "old",
      maxBytes: 256 * MIB,
      maxAgeMs: 7 * DAY_MS,
      duplicateWindowMs: 120_000,
    },
    {
      name: "LOGS",
      subjects: ["weir.log.*"],
      retention: "limits",
      discard: "old",
      maxBytes: 256 * MIB,
      maxAgeMs: 7 * DAY_MS,
      duplicateWindowMs: 2_000,
    },
    {
      name: "INGEST",
      subjects: triggerSubjects,
      retention: "limits",
      discard: "old",
      maxBytes: 256 * MIB,
      maxAgeMs: 7 * DAY_MS,
      duplicateWindowMs: 120_000,
    },
  ];
}

/** The consumers: one per pool for work, two for triggers, one for the lineage service's events, one for logs. */
export function consumerSpecs(pools: readonly string[]): readonly ConsumerSpec[] {
  return [
    ...pools.map((pool) => ({
      stream: "WORK",
      name: workConsumer(pool),
      filterSubject: subjects.work(pool),
      ackWaitMs: 10_000,
      maxAckPending: 2_000,
    })),
    {
      stream: "EVENTS",
      name: "triggers",
      filterSubject: subjects.eventAll,
      ackWaitMs: 30_000,
      maxAckPending: 1_000,
    },
    {
      stream: "INGEST",
      name: "triggers",
      filterSubject: ">",
      ackWaitMs: 30_000,
      maxAckPending: 1_000,
    },
    {
      stream: "EVENTS",
      name: "lineage",
      filterSubject: subjects.event("task.settled"),
      ackWaitMs: 30_000,
      maxAckPending: 1_000,
    },
    {
      stream: "LOGS",
      name: "lineage",
      filterSubject: "weir.log.*",
      ackWaitMs: 30_000,
      maxAckPending: 5_000,
    },
  ];
}

/** The name of the durable consumer from which the workers of a pool pull. */
export function workConsumer(pool: string): string {
  return `pool-${pool}`;
}

/** The key-value buckets. */
export function bucketSpecs(): readonly BucketSpec[] {
  return [{ name: VALUES_BUCKET, maxBytes: 4_096 * MIB, maxValueBytes: MAX_MESSAGE_BYTES }];
}

/** The bucket in which `libs/values` keeps chunks when the value store is NATS. */
export const VALUES_BUCKET = "weir-values";
