import type { TensorBackendName, TensorFlow } from "./tensor-backend.ts";

/** What a probe may need. @internal */
export interface ProbeOptions {
  /** A file or folder from where optional packages are looked up. */
  readonly base: string | URL;
  readonly requireGpu: boolean;
}

/** A back end that is ready, or the reason why it is not to be used. @internal */
export type ProbeResult =
  | {
      readonly kind: "ready";
      readonly tf: TensorFlow;
      readonly device: string;
      readonly isGpu: boolean;
    }
  | { readonly kind: "skipped"; readonly reason: string };

/** One way to compute, and how to find out whether this machine has it. @internal */
export interface Probe {
  readonly name: TensorBackendName;
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
