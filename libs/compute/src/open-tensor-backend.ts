import { BackendClosedError, BackendUnavailableError, UnknownBackendError } from "./errors.ts";
import { cpuProbe } from "./probe-cpu.ts";
import { tensorflowProbe } from "./probe-tensorflow.ts";
import { wasmProbe } from "./probe-wasm.ts";
import type { Probe, ProbeOptions, ProbeResult } from "./probe.ts";
import { describeBackend } from "./describe-backend.ts";
import type { TensorBackend, TriedBackend } from "./tensor-backend.ts";
import { noteBackend, threadPreference } from "./thread-backend.ts";

/** Which back ends will do. */
export interface OpenBackendOptions {
  /**
   * The back end to try first: `tensorflow`, `wasm` or `cpu`; the others follow, best first. Empty is none.
   *
   * Whoever owns the environment passes `WEIR_TENSOR_BACKEND` here, or to `preferBackend` for the whole thread.
   *
   * @default what `preferBackend` said
   */
  readonly prefer?: string | undefined;
  /** Refuses what does not compute on a GPU. @default false */
  readonly requireGpu?: boolean;
  /**
   * From where `@tensorflow/tfjs-node-gpu` is looked up: a file's path or URL, such as `import.meta.url` of the
   * service that depends on it.
   *
   * @default what `preferBackend` said, else this package
   */
  readonly base?: string | URL | undefined;
  /** Aborts between two tries. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the best tensor back end of this machine: CUDA where `@tensorflow/tfjs-node-gpu` is installed, else WebAssembly,
 * else plain JavaScript. Each one passed over is listed with its reason.
 *
 * Nothing is downloaded. Results of different back ends agree to about 1e-4: they compute in 32 bits.
 *
 * @throws {@link UnknownBackendError} `compute/unknown-backend`, when `prefer` names none.
 * @throws {@link BackendUnavailableError} `compute/backend-unavailable`, when none will do.
 * @example
 * await using backend = await openTensorBackend({ prefer: "wasm" });
 * const { tf } = backend;
 * const sum = tf.tidy(() => tf.sum(tf.tensor1d([1, 2, 3])).dataSync()[0]);
 */
export async function openTensorBackend(options: OpenBackendOptions = {}): Promise<TensorBackend> {
  const owner = threadPreference();
  const { prefer = owner.prefer, base = owner.base ?? import.meta.url } = options;
  const { requireGpu = false, signal } = options;
  const tried: TriedBackend[] = [];
  for (const probe of inOrder(prefer)) {
    signal?.throwIfAborted();
    const result = await attempt(probe, { base, requireGpu });
    if (result.kind === "ready") return opened(new OpenBackend(probe.name, result, tried));
    tried.push({ name: probe.name, reason: result.reason });
  }
  throw new BackendUnavailableError(tried, requireGpu);
}

function opened(backend: OpenBackend): TensorBackend {
  noteBackend(describeBackend(backend));
  return backend;
}

const probes: readonly Probe[] = [tensorflowProbe, wasmProbe, cpuProbe];

function inOrder(prefer: string | undefined): readonly Probe[] {
  if (prefer === undefined || prefer === "") return probes;
  const first = probes.find(({ name }) => name === prefer);
  if (first === undefined)
    throw new UnknownBackendError(
      prefer,
      probes.map(({ name }) => name),
    );
  return [first, ...probes.filter((probe) => probe !== first)];
}

async function attempt({ name, probe }: Probe, options: ProbeOptions): Promise<ProbeResult> {
  if (options.requireGpu && name !== "tensorflow")
    return { kind: "skipped", reason: "computes on the CPU" };
  try {
    return await probe(options);
  } catch (error) {
    const [reason = "failed"] = String(error instanceof Error ? error.message : error).split("\n");
    return { kind: "skipped", reason };
  }
}

class OpenBackend implements TensorBackend {
  readonly name: TensorBackend["name"];
  readonly device: string;
  readonly isGpu: boolean;
  readonly tried: readonly TriedBackend[];
  readonly #tf: TensorBackend["tf"];
  #isClosed = false;

  constructor(
    name: TensorBackend["name"],
    ready: ProbeResult & { readonly kind: "ready" },
    tried: readonly TriedBackend[],
  ) {
    this.name = name;
    this.device = ready.device;
    this.isGpu = ready.isGpu;
    this.tried = [...tried];
    this.#tf = ready.tf;
  }

  get tf(): TensorBackend["tf"] {
    if (this.#isClosed) throw new BackendClosedError(this.name);
    return this.#tf;
  }

  /** The engine stays for the thread's next opener: TensorFlow.js cannot bring a removed one up again. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
  }
}
