import type { TensorBackendName, TensorFlow } from "../tensor-backend.ts";

/** What a probe may need. @internal */
export interface ProbeOptions {
  /** A file or folder from where optional packages are looked up. */
  readonly base: string | URL;
  /** Whether a GPU that is only simulated in software will do. */
  readonly allowSoftware: boolean;
}

/** A back end that is ready. @internal */
export interface ReadyBackend {
  readonly kind: "ready";
  readonly tf: TensorFlow;
  readonly device: string;
  readonly isGpu: boolean;
  readonly memoryBytes?: number | undefined;
  readonly maxTensorBytes?: number | undefined;
  /** Aborted when the device fails; absent where none can. */
  readonly failed?: AbortSignal;
}

/** A back end that is ready, or the reason why it is not to be used. @internal */
export type ProbeResult = ReadyBackend | { readonly kind: "skipped"; readonly reason: string };

/** One way to compute, and how to find out whether this machine has it. @internal */
export interface Probe {
  readonly name: TensorBackendName;
  /** What it is, for people: `CUDA`. */
  readonly label: string;
  readonly isGpu: boolean;
  /** Throwing counts as skipped, with the error's first line as the reason. */
  readonly probe: (options: ProbeOptions) => Promise<ProbeResult>;
}

/**
 * Makes a registered back end the current one.
 *
 * @returns whether it came up.
 * @internal
 */
export async function activate(tf: TensorFlow, name: TensorBackendName): Promise<boolean> {
  tf.enableProdMode();
  await tf.setBackend(name);
  await tf.ready();
  return tf.getBackend() === name;
}

/**
 * The file of an optional package.
 *
 * @returns `undefined` when it is not installed.
 * @internal
 */
export function resolveOptional(from: NodeJS.Require, name: string): string | undefined {
  try {
    return from.resolve(name);
  } catch {
    return undefined;
  }
}
