import { describeBackend } from "./describe-backend.ts";
import { BackendOptionError, BackendUnavailableError, UnknownBackendError } from "./errors.ts";
import { OpenBackend } from "./open-backend.ts";
import { cpuProbe } from "./probe/cpu.ts";
import type { Probe, ProbeOptions, ProbeResult, ReadyBackend } from "./probe/probe.ts";
import { cudaProbe, tensorflowProbe } from "./probe/tensorflow.ts";
import { wasmProbe } from "./probe/wasm.ts";
import { webgpuProbe } from "./probe/webgpu.ts";
import type { BackendRequirement, TensorBackend, TriedBackend } from "./tensor-backend.ts";
import { inTurn, noteBackend, threadPreference } from "./thread-backend.ts";

/** Which back ends will do, and how they are used. */
export interface OpenBackendOptions {
  /**
   * The back end to try first: `tensorflow`, `webgpu`, `wasm` or `cpu`; the others follow, best first. Empty is none.
   *
   * Whoever owns the environment passes `WEIR_TENSOR_BACKEND` here, or to `preferBackend` for the whole thread.
   *
   * @default what `preferBackend` said
   */
  readonly prefer?: string | undefined;
  /**
   * Refuses everything else: `gpu` what does not compute on one, a name every other back end.
   *
   * @default what `preferBackend` said, else anything will do
   */
  readonly require?: BackendRequirement | undefined;
  /**
   * Whether a GPU that is only simulated in software will do, as for tests.
   *
   * @default what `preferBackend` said, else false
   */
  readonly allowSoftware?: boolean | undefined;
  /** What all tensors of this thread may take together until the back end is disposed, bytes from 1. @default no limit */
  readonly memoryLimitBytes?: number | undefined;
  /**
   * A whole number: makes `tf.randomNormal`, `tf.dropout` and all other random operations of this `tf` repeatable.
   *
   * @default other numbers each time
   */
  readonly seed?: number | undefined;
  /**
   * From where the packages of GPU back ends are looked up: a file's absolute path or URL, such as `import.meta.url` of the
   * service that depends on them.
   *
   * @default what `preferBackend` said, else this package
   */
  readonly base?: string | URL | undefined;
  /** Aborts between two tries. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the best tensor back end of this machine. In this order: CUDA where `@tensorflow/tfjs-node-gpu` is installed, a GPU
 * of any maker where `webgpu` and `@tensorflow/tfjs-backend-webgpu` are, TensorFlow on the CPU, WebAssembly, plain JavaScript.
 * Each one passed over is listed with its reason.
 *
 * Nothing is downloaded. Results of different back ends agree to about 1e-4: they compute in 32 bits.
 *
 * @throws {@link UnknownBackendError} `compute/unknown-backend`, when `prefer` or `require` names none.
 * @throws {@link BackendOptionError} `compute/backend-option`, for a limit or seed that is none.
 * @throws {@link BackendUnavailableError} `compute/backend-unavailable`, when none will do.
 * @example
 * await using backend = await openTensorBackend({ prefer: "wasm" });
 * const { tf } = backend;
 * const sum = tf.tidy(() => tf.sum(tf.tensor1d([1, 2, 3])));
 * console.log((await sum.data())[0]);
 */
export async function openTensorBackend(options: OpenBackendOptions = {}): Promise<TensorBackend> {
  const owner = threadPreference();
  const { prefer = owner.prefer, require = owner.require } = options;
  const { base = owner.base ?? import.meta.url, memoryLimitBytes, seed, signal } = options;
  const { allowSoftware = owner.allowSoftware ?? false } = options;
  checkWhole("memoryLimitBytes", memoryLimitBytes, 1);
  checkWhole("seed", seed, Number.MIN_SAFE_INTEGER);
  const allowed = inOrder(prefer, require);
  return await inTurn(async () => {
    const { found, tried } = await firstReady(allowed, { base, allowSoftware }, signal);
    if (found === undefined) throw new BackendUnavailableError(tried, require);
    await import("@tensorflow/tfjs-layers"); // brings the gradients, which the published core for Node lacks
    const backend = new OpenBackend(found.name, found.ready, {
      tried: tried.map(({ name, reason }) => ({ name, reason })),
      limitBytes: memoryLimitBytes,
      seed,
    });
    noteBackend(describeBackend(backend));
    return backend;
  });
}

const probes: readonly Probe[] = [cudaProbe, webgpuProbe, tensorflowProbe, wasmProbe, cpuProbe];

/** What may be opened, in the order in which it is tried. */
function inOrder(
  prefer: string | undefined,
  require: BackendRequirement | undefined,
): readonly Probe[] {
  if (require !== undefined && require !== "gpu") checkName(require);
  if (prefer !== undefined && prefer !== "") checkName(prefer);
  const allowed = probes.filter((probe) =>
    require === "gpu" ? probe.isGpu : require === undefined || probe.name === require,
  );
  const first = allowed.filter(({ name }) => name === prefer);
  return [...first, ...allowed.filter(({ name }) => name !== prefer)];
}

function checkName(name: string): void {
  const names = new Set<string>(probes.map((probe) => probe.name));
  if (!names.has(name)) throw new UnknownBackendError(name, [...names]);
}

function checkWhole(name: string, value: number | undefined, min: number): void {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < min))
    throw new BackendOptionError(name, value, min);
}

interface Search {
  readonly found?: { readonly name: Probe["name"]; readonly ready: ReadyBackend };
  /** Those before it, or all. */
  readonly tried: readonly (TriedBackend & Pick<Probe, "label">)[];
}

async function firstReady(
  allowed: readonly Probe[],
  options: ProbeOptions,
  signal: AbortSignal | undefined,
): Promise<Search> {
  const tried: Search["tried"][number][] = [];
  for (const probe of allowed) {
    signal?.throwIfAborted();
    const result = await attempt(probe, options);
    if (result.kind === "ready") return { found: { name: probe.name, ready: result }, tried };
    tried.push({ name: probe.name, label: probe.label, reason: result.reason });
  }
  return { tried };
}

async function attempt({ probe }: Probe, options: ProbeOptions): Promise<ProbeResult> {
  try {
    return await probe(options);
  } catch (error) {
    const [reason = "failed"] = String(error instanceof Error ? error.message : error).split("\n");
    return { kind: "skipped", reason };
  }
}
