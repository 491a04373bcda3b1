import { type Bus, connectBus } from "@weirflow/bus";
import type { BackendRequirement } from "@weirflow/compute";
import {
  type CancelHint,
  cancelHintSchema,
  decodeMessage,
  type FlowVersion,
  type Grant,
  subjects,
} from "@weirflow/contracts";
import { retry, systemClock, TaskPool } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";
import { openValueStore, type ValueStore } from "@weirflow/values";
import type { AttemptDeps } from "./attempt/attempt-deps.ts";
import { runAttempt } from "./attempt/run-attempt.ts";
import { Beats } from "./beats.ts";
import { handleHint } from "./handle-hint.ts";
import { LogShipper } from "./log-shipper.ts";
import { checkRequiredBackend } from "./required-backend.ts";
import { servedFlows } from "./served-flows.ts";
import { defaultCeiling } from "./slot/default-ceiling.ts";
import type { TensorPreference } from "./slot/slot-messages.ts";
import { SlotPool } from "./slot/slot-pool.ts";
import { startWorkLoop } from "./work-loop.ts";
import type { HintMessage } from "./worker-bus.ts";

/** What a worker serves, and with what. */
export interface WorkerOptions {
  /** The NATS servers, separated by commas; the only thing that a worker connects to beside the value store. */
  readonly natsUrl: string;
  readonly natsCredentials?: string | undefined;
  /** The name of the service, which its user on NATS also has: `cpu-worker`. */
  readonly service: string;
  /** Names the process for people: `host/pid`. */
  readonly worker: string;
  readonly pool: string;
  /** Tasks that run at once, at least 1. */
  readonly concurrency: number;
  /** `thread` for CPU pools; `process` where native code must not take the worker with it. */
  readonly slot: "thread" | "process";
  /**
   * What one task may hold in memory, bytes; its slot is ended above it. Sizes the JavaScript heap too.
   *
   * @default 0.8 of the machine's or container's memory, with Node's own heap
   */
  readonly taskMemoryBytes?: number | undefined;
  /** Folders and files of flows. */
  readonly flows: readonly string[];
  /** `file:///folder`, an absolute path, or `nats:`. */
  readonly valuesUrl: string;
  /** Says that every service sees the same folder. @default false */
  readonly isValuesShared?: boolean;
  /** The scheduler's lease; beats are a third of it apart. */
  readonly leaseMs: number;
  /** How long a task that was asked to stop may take before its slot is ended. */
  readonly graceMs: number;
  /** How long a stopping worker waits for what runs before it releases it. */
  readonly drainMs: number;
  /** How long one request waits for its answer before it is repeated. @default 2_000 */
  readonly requestTimeoutMs?: number;
  /** The tensor back end that tasks should try first. @default the best one */
  readonly tensorBackend?: string | undefined;
  /** What has to compute tensors; a worker on a machine without it does not start. @default anything will do */
  readonly tensorRequire?: BackendRequirement | undefined;
  /** Whether a GPU that is only simulated in software will do. @default false */
  readonly tensorSoftware?: boolean | undefined;
  /** From where the packages of GPU back ends are looked up, such as `import.meta.url` of the service that owns them. */
  readonly tensorBase?: string | undefined;
  readonly logger: Logger;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

/** A running worker. Disposing it drains: see {@link startWorker}. */
export interface RunningWorker extends AsyncDisposable {
  /** The flow versions that it tells schedulers it can execute. */
  readonly serves: readonly FlowVersion[];
  /** Whether it reaches NATS now. */
  isConnected(): boolean;
  /** Attempts that run now. */
  readonly busy: number;
}

/**
 * Starts a worker of one pool; resolves when it pulls work.
 *
 * It pulls only what it has free slots for, claims, runs each task in a slot apart from its own thread, keeps the leases
 * from that thread, and tells how each attempt ended: values, then lineage, then the report.
 *
 * Disposing stops pulling, waits `drainMs` for what runs, then asks it to stop, ends what does not within `graceMs`, and
 * reports it as released, which counts against no budget.
 *
 * @throws NoFlowsError `worker/no-flows`, RequiredBackendError `worker/required-backend`, FileStoreNotSharedError `values/not-shared`, and the errors of `connectBus`.
 * @example
 * await using worker = await startWorker({ ...options, pool: "cpu", concurrency: 2, slot: "thread" });
 * await aborted(stop);
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { logger, signal } = options;
  await using stack = new AsyncDisposableStack();
  const { natsUrl: url, natsCredentials: credentials, service: name } = options;
  const bus = stack.use(await connectBus({ url, name, credentials, logger, signal }));
  const store = stack.use(await openStore(options, bus));
  const slots = stack.use(
    new SlotPool({ kind: options.slot, memoryBytes: options.taskMemoryBytes }),
  );
  const flows = await servedFlows({ slots, paths: options.flows, logger, signal });
  const tensor = tensorOf(options);
  await checkRequiredBackend({ slots, tensor, logger, signal });
  const tasks = startWork(options, { stack, bus, store, slots, flows, tensor });
  const owned = stack.move();
  return {
    serves: [...flows.keys()],
    isConnected: () => bus.isConnected(),
    get busy() {
      return tasks.busy;
    },
    [Symbol.asyncDispose]: async () => await owned.disposeAsync(),
  };
}

interface Parts {
  /** Stops everything again, the last thing started first. */
  readonly stack: AsyncDisposableStack;
  readonly bus: Bus;
  readonly store: ValueStore;
  readonly slots: SlotPool;
  readonly flows: AttemptDeps["flows"];
  readonly tensor: TensorPreference;
}

function tensorOf(options: WorkerOptions): TensorPreference {
  return {
    prefer: options.tensorBackend,
    require: options.tensorRequire,
    allowSoftware: options.tensorSoftware,
    base: options.tensorBase,
  };
}

/** Starts what runs tasks; what pulls hints comes last, and so stops first. */
function startWork(options: WorkerOptions, { stack, bus, ...parts }: Parts): TaskPool {
  const { logger, pool, worker, graceMs, requestTimeoutMs = 2_000 } = options;
  const logs = stack.use(new LogShipper({ bus, logger }));
  const beats = stack.use(new Beats({ bus, logger, worker, intervalMs: options.leaseMs / 3 }));
  const tasks = stack.use(
    new TaskPool({
      limit: options.concurrency,
      graceMs: options.drainMs,
      onError: (error) => logger.error("worker.attempt-lost", { error }),
    }),
  );
  stack.use(bus.subscribe(subjects.cancel, (data) => hearCancel(data, beats, logger)));
  const common = { bus, logger, worker, requestTimeoutMs };
  const attempts: AttemptDeps = {
    ...common,
    ...parts,
    beats,
    logs,
    graceMs,
    memoryLimitBytes: options.taskMemoryBytes ?? defaultCeiling(),
    clock: systemClock,
  };
  const hints = {
    ...common,
    pool,
    serves: [...parts.flows.keys()],
    run: async (grant: Grant, drained: AbortSignal) => await runAttempt(attempts, grant, drained),
  };
  const handle = async (hint: HintMessage, drained: AbortSignal): Promise<void> =>
    await handleHint(hints, hint, drained);
  stack.use(startWorkLoop({ bus, logger, pool, tasks, handle }));
  return tasks;
}

const OPENING = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 2_000 };

/** Opens the value store; a bucket that the scheduler has not made yet is waited for. */
async function openStore(options: WorkerOptions, bus: Bus): Promise<ValueStore> {
  const { valuesUrl: url, natsUrl, isValuesShared: isShared = false, logger, signal } = options;
  return await retry(
    OPENING,
    async () => await openValueStore({ url, natsUrl, bus, isShared, signal }),
    { signal, onRetry: (error) => logger.warn("worker.value-store-waits", { error }) },
  );
}

function hearCancel(data: Uint8Array, beats: Beats, logger: Logger): void {
  try {
    const hint: CancelHint = decodeMessage(cancelHintSchema, data, subjects.cancel);
    beats.hintCancelled(hint.taskRunIds);
  } catch (error) {
    logger.warn("worker.cancel-malformed", { error }); // only a hint: the next beat says the same
  }
}
