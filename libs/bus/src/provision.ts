import {
  AckPolicy,
  type ConsumerUpdateConfig,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
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
import { whileConnected } from "./while-connected.ts";

/** Everything that has to exist. */
export interface ProvisionSpec {
  readonly streams: readonly StreamSpec[];
  readonly consumers: readonly ConsumerSpec[];
  readonly buckets: readonly BucketSpec[];
  readonly signal: AbortSignal;
}

/** What had to be done: streams as `WORK`, consumers as `WORK/pool-cpu`, buckets as `KV_name`. */
export interface Provisioned {
  readonly created: readonly string[];
  readonly updated: readonly string[];
}

type Outcome = "created" | "updated" | "unchanged";

const NANOS = 1_000_000;

/**
 * Makes streams, consumers and buckets be what the specs say. Idempotent, and only reads where all is well; the
 * scheduler's provisioner alone may call it.
 *
 * @throws {@link JetStreamOffError} `bus/jetstream-off`, {@link BusForbiddenError} `bus/forbidden`,
 * {@link BusUnavailableError} `bus/unavailable`.
 */
export async function provision(bus: Bus, spec: ProvisionSpec): Promise<Provisioned> {
  const { streams, consumers, buckets, signal } = spec;
  const { parts } = bus;
  const steps: readonly (readonly [string, () => Promise<Outcome>])[] = [
    ...streams.map(
      (stream) => [stream.name, async () => await ensureStream(parts, stream)] as const,
    ),
    ...consumers.map(
      (consumer) =>
        [
          `${consumer.stream}/${consumer.name}`,
          async () => await ensureConsumer(parts, consumer),
        ] as const,
    ),
    ...buckets.map(
      (bucket) => [`KV_${bucket.name}`, async () => await ensureBucket(parts, bucket)] as const,
    ),
  ];
  const done: { readonly what: string; readonly outcome: Outcome }[] = [];
  for (const [what, ensure] of steps)
    done.push({ what, outcome: await step(parts, what, { ensure, signal }) });
  const named = (outcome: Outcome): readonly string[] =>
    done.filter((one) => one.outcome === outcome).map((one) => one.what);
  return { created: named("created"), updated: named("updated") };
}

async function step(
  { state }: BusParts,
  what: string,
  { ensure, signal }: { readonly ensure: () => Promise<Outcome>; readonly signal: AbortSignal },
): Promise<Outcome> {
  signal.throwIfAborted();
  try {
    return await whileConnected(state, signal, ensure);
  } catch (error) {
    throw translateError({ what, signal, silence: "off" }, error);
  }
}

async function ensureStream({ manager }: BusParts, spec: StreamSpec): Promise<Outcome> {
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
  const found = await orMissing(async () => await manager.streams.info(spec.name));
  if (found === undefined) {
    await manager.streams.add(config);
    return "created";
  }
  if (!differs(found.config, config)) return "unchanged";
  await manager.streams.update(spec.name, config);
  return "updated";
}

async function ensureConsumer({ manager }: BusParts, spec: ConsumerSpec): Promise<Outcome> {
  const changeable: ConsumerUpdateConfig = {
    ack_wait: spec.ackWaitMs * NANOS,
    max_ack_pending: spec.maxAckPending,
    max_deliver: -1,
    filter_subject: spec.filterSubject,
  };
  const found = await orMissing(async () => await manager.consumers.info(spec.stream, spec.name));
  if (found === undefined) {
    const fixed = { durable_name: spec.name, ack_policy: AckPolicy.Explicit };
    await manager.consumers.add(spec.stream, { ...fixed, ...changeable });
    return "created";
  }
  if (!differs(found.config, changeable)) return "unchanged";
  await manager.consumers.update(spec.stream, spec.name, changeable);
  return "updated";
}

async function ensureBucket({ client, manager }: BusParts, spec: BucketSpec): Promise<Outcome> {
  const found = await orMissing(async () => await manager.streams.info(`KV_${spec.name}`));
  if (found !== undefined) return "unchanged";
  await new Kvm(client).create(spec.name, {
    max_bytes: spec.maxBytes,
    maxValueSize: spec.maxValueBytes,
    history: 1,
    allow_direct: true,
  });
  return "created";
}

/** Whether the server has another value for one of the wanted settings; it adds settings of its own. */
function differs(found: object, wanted: object): boolean {
  return Object.entries(wanted).some(
    ([key, value]) => JSON.stringify(Reflect.get(found, key)) !== JSON.stringify(value),
  );
}

async function orMissing<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { StreamNotFound, ConsumerNotFound } = JetStreamApiCodes;
  return (
    error instanceof JetStreamApiError &&
    (error.code === StreamNotFound || error.code === ConsumerNotFound)
  );
}
