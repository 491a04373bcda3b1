import { hostname } from "node:os";
import { delimiter, isAbsolute, resolve } from "node:path";
import type { BackendRequirement, TensorBackendName } from "@weirflow/compute";
import { poolSchema } from "@weirflow/contracts";
import * as z from "zod";
import type { CommonEnvFields } from "@weirflow/config";
import type { WorkerOptions } from "./start-worker.ts";

/** The zod types of {@link workerEnv}. */
export interface WorkerEnvFields {
  readonly WEIR_HEALTH_HOST: z.ZodDefault<z.ZodString>;
  readonly WEIR_POOL: z.ZodDefault<z.ZodString>;
  readonly WEIR_CONCURRENCY: z.ZodDefault<z.ZodCoercedNumber>;
  readonly WEIR_SLOT: z.ZodDefault<z.ZodEnum<{ thread: "thread"; process: "process" }>>;
  readonly WEIR_FLOWS: z.ZodDefault<z.ZodString>;
  readonly WEIR_VALUES_URL: z.ZodDefault<z.ZodString>;
  readonly WEIR_VALUES_SHARED: z.ZodDefault<z.ZodCodec<z.ZodString, z.ZodBoolean>>;
  readonly WEIR_LEASE_MS: z.ZodDefault<z.ZodCoercedNumber>;
  readonly WEIR_GRACE_MS: z.ZodDefault<z.ZodCoercedNumber>;
  readonly WEIR_TASK_MEMORY_BYTES: z.ZodOptional<z.ZodCoercedNumber>;
  readonly WEIR_TENSOR_BACKEND: z.ZodOptional<z.ZodEnum<{ [Name in TensorBackendName]: Name }>>;
  readonly WEIR_TENSOR_REQUIRE: z.ZodOptional<z.ZodEnum<{ [Name in BackendRequirement]: Name }>>;
  readonly WEIR_TENSOR_SOFTWARE: z.ZodDefault<z.ZodCodec<z.ZodString, z.ZodBoolean>>;
}

/** A process that has loaded a flow and a tensor back end, and nothing else, holds more than half of this. */
const MIN_TASK_MEMORY_BYTES = 128 * 2 ** 20;

/** In what the worker services differ. */
export interface WorkerDefaults {
  readonly pool: string;
  /** Tasks that run at once. */
  readonly concurrency: number;
  readonly slot: "thread" | "process";
}

/**
 * The variables of a worker beside those of every service.
 *
 * @example
 * const schema = z.object({ ...commonEnv, ...workerEnv({ pool: "cpu", concurrency: 2, slot: "thread" }) });
 */
export function workerEnv({ pool, concurrency, slot }: WorkerDefaults): WorkerEnvFields {
  return {
    WEIR_HEALTH_HOST: z
      .string()
      .default("127.0.0.1")
      .describe("Address on which /livez and /readyz are answered."),
    WEIR_POOL: poolSchema.default(pool).describe("The pool whose tasks are executed."),
    WEIR_CONCURRENCY: positive().default(concurrency).describe("Tasks that run at once."),
    WEIR_SLOT: z
      .enum(["thread", "process"])
      .default(slot)
      .describe("Where user code runs: in worker threads or in child processes."),
    WEIR_FLOWS: z
      .string()
      .default("flows")
      .describe("Folders and files of flows, separated like PATH; `--flows DIR` wins."),
    WEIR_VALUES_URL: z
      .string()
      .default(".weirflow/values")
      .describe("The value store: a folder, `file:///folder`, or `nats:`."),
    WEIR_VALUES_SHARED: z
      .stringbool()
      .default(false)
      .describe("Says that every service sees the folder of the value store, wherever NATS is."),
    WEIR_LEASE_MS: positive()
      .default(15_000)
      .describe("The scheduler's lease; beats are a third of it apart."),
    WEIR_GRACE_MS: z.coerce
      .number()
      .int()
      .min(0)
      .default(5_000)
      .describe("How long a task that was asked to stop may take before it is ended."),
    WEIR_TASK_MEMORY_BYTES: z.coerce
      .number()
      .int()
      .min(MIN_TASK_MEMORY_BYTES)
      .optional()
      .describe(
        "Memory of one task, from 134217728; its slot is ended above. Unset: 0.8 of the machine's or container's.",
      ),
    WEIR_TENSOR_BACKEND: z
      .enum(["tensorflow", "webgpu", "wasm", "cpu"])
      .optional()
      .describe(
        "The tensor back end that tasks try first: `tensorflow`, `webgpu`, `wasm` or `cpu`.",
      ),
    WEIR_TENSOR_REQUIRE: z
      .enum(["gpu", "tensorflow", "webgpu", "wasm", "cpu"])
      .optional()
      .describe(
        "What has to compute tensors: `gpu`, or one back end; without it, the worker does not start.",
      ),
    WEIR_TENSOR_SOFTWARE: z
      .stringbool()
      .default(false)
      .describe("Says that a GPU which is only simulated in software will do."),
  };
}

function positive(): z.ZodCoercedNumber {
  return z.coerce.number().int().positive();
}

/** As a mapped type, which zod takes for a shape; an interface it does not. */
type AllFields = { [Name in keyof Fields]: Fields[Name] };
type Fields = CommonEnvFields & WorkerEnvFields;

/** The variables of a worker service, read. */
export type WorkerEnv = z.output<z.ZodObject<AllFields>>;

/**
 * The options of a worker, from its environment and command line.
 *
 * @param argv - the words of the command line; `--flows DIR` wins over the variable.
 */
export function workerOptions(
  env: WorkerEnv,
  argv: readonly string[],
): Omit<WorkerOptions, "service" | "tensorBase" | "logger" | "signal"> {
  return {
    natsUrl: env.WEIR_NATS_URL,
    natsCredentials: env.WEIR_NATS_CREDENTIALS,
    worker: workerName(),
    pool: env.WEIR_POOL,
    concurrency: env.WEIR_CONCURRENCY,
    slot: env.WEIR_SLOT,
    taskMemoryBytes: env.WEIR_TASK_MEMORY_BYTES,
    flows: flowPaths(argv, env.WEIR_FLOWS),
    valuesUrl: valuesUrl(env.WEIR_VALUES_URL),
    isValuesShared: env.WEIR_VALUES_SHARED,
    leaseMs: env.WEIR_LEASE_MS,
    graceMs: env.WEIR_GRACE_MS,
    drainMs: env.WEIR_DRAIN_TIMEOUT_MS,
    tensorBackend: env.WEIR_TENSOR_BACKEND,
    tensorRequire: env.WEIR_TENSOR_REQUIRE,
    tensorSoftware: env.WEIR_TENSOR_SOFTWARE,
  };
}

/** What a worker names itself, for people: host and process. */
function workerName(): string {
  return `${hostname()}/${process.pid}`.slice(0, 200);
}

/**
 * The folders and files of flows: `--flows DIR` of the command line, which may be repeated, else the variable.
 *
 * @returns absolute paths.
 * @internal
 */
export function flowPaths(argv: readonly string[], variable: string): readonly string[] {
  const named = argv.flatMap((word, at) => {
    if (word.startsWith("--flows=")) return [word.slice("--flows=".length)];
    return word === "--flows" ? (argv[at + 1] ?? []) : [];
  });
  const paths = named.length > 0 ? named : variable.split(delimiter);
  return paths.filter((path) => path !== "").map((path) => resolve(path));
}

/** The address of the value store; a relative folder counts from the working directory. @internal */
export function valuesUrl(variable: string): string {
  return variable.includes(":") || isAbsolute(variable) ? variable : resolve(variable);
}
