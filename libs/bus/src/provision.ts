import {
  AckPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  JetStreamApiError,
} from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import {
  type BucketSpec,
  type ConsumerSpec,
  MAX_MESSAGE_BYTES,
  type StreamSpec,
} from "@weirflow/contracts";
import type { Bus, BusParts } from "./bus.ts";
import { translateError } from "./translate-error.ts";

/** Everything that has to exist. */
export interface ProvisionSpec {
  readonly streams: readonly StreamSpec[];
  readonly consumers: readonly ConsumerSpec[];
  readonly buckets: readonly BucketSpec[];
  readonly signal: AbortSignal;
}

const NANOS = 1_000_000;

/**
 * Makes streams, consumers and buckets be what the specs say. Idempotent; the scheduler's provisioner alone may call it.
 *
 * @returns what had to be created: streams as `WORK`, consumers as `WORK/pool-cpu`, buckets as `KV_name`.
 */
export async function provision(
  bus: Bus,
  spec: ProvisionSpec,
): Promise<{ readonly created: readonly string[] }> {
  const created: string[] = [];
  const step = async (name: string, ensure: () => Promise<boolean>): Promise<void> => {
    spec.signal.throwIfAborted();
    try {
      if (await ensure()) created.push(name);
    } catch (error) {
      throw translateError(name, error, spec.signal);
    }
  };
  for (const stream of spec.streams)
    await step(stream.name, async () => await ensureStream(bus.parts, stream));
  for (const consumer of spec.consumers) {
    await step(
      `${consumer.stream}/${consumer.name}`,
      async () => await ensureConsumer(bus.parts, consumer),
    );
  }
  for (const bucket of spec.buckets)
    await step(`KV_${bucket.name}`, async () => await ensureBucket(bus.parts, bucket));
  return { created };
}

async function ensureStream({ manager }: BusParts, spec: StreamSpec): Promise<boolean> {
  const config = {
    name: spec.name,
    subjects: [...spec.subjects],
    retention: spec.retention === "workqueue" ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    discard: spec.discard === "new" ? DiscardPolicy.New : DiscardPolicy.Old,
    storage: StorageType.File,
    max_bytes: spec.maxBytes,
    max_msgs: spec.maxMessages ?? -1,
    max_msg_size: MAX_MESSAGE_BYTES,
    max_age: spec.maxAgeMs * NANOS,
    duplicate_window: spec.duplicateWindowMs * NANOS,
  };
  try {
    await manager.streams.update(spec.name, config);
    return false;
  } catch (error) {
    if (!isMissing(error)) throw error;
    await manager.streams.add(config);
    return true;
  }
}

async function ensureConsumer({ manager }: BusParts, spec: ConsumerSpec): Promise<boolean> {
  const changeable = {
    ack_wait: spec.ackWaitMs * NANOS,
    max_ack_pending: spec.maxAckPending,
    max_deliver: -1,
    filter_subject: spec.filterSubject,
  };
  try {
    await manager.consumers.update(spec.stream, spec.name, changeable);
    return false;
  } catch (error) {
    if (!isMissing(error)) throw error;
    await manager.consumers.add(spec.stream, {
      durable_name: spec.name,
      ack_policy: AckPolicy.Explicit,
      ...changeable,
    });
    return true;
  }
}

async function ensureBucket({ client, manager }: BusParts, spec: BucketSpec): Promise<boolean> {
  try {
    await manager.streams.info(`KV_${spec.name}`);
    return false;
  } catch (error) {
    if (!isMissing(error)) throw error;
    await new Kvm(client).create(spec.name, {
      max_bytes: spec.maxBytes,
      maxValueSize: spec.maxValueBytes,
      history: 1,
      allow_direct: true,
    });
    return true;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && (error.code === 10_059 || error.code === 10_014);
}
