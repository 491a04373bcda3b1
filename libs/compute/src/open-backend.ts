import { BackendClosedError } from "./errors.ts";
import type { ReadyBackend } from "./probe/probe.ts";
import { withSeededOperations } from "./seeded-operations.ts";
import type { TensorBackend, TensorMemory, TriedBackend } from "./tensor-backend.ts";
import { limitTensors } from "./tensor-limit.ts";

/** How an open back end is used. */
interface Use {
  readonly tried: readonly TriedBackend[];
  readonly limitBytes: number | undefined;
  readonly seed: number | undefined;
}

const never = new AbortController().signal;

/** One use of this thread's engine. @internal */
export class OpenBackend implements TensorBackend {
  readonly name: TensorBackend["name"];
  readonly device: string;
  readonly isGpu: boolean;
  readonly tried: readonly TriedBackend[];
  readonly failed: AbortSignal;
  readonly #ready: ReadyBackend;
  readonly #tf: TensorBackend["tf"];
  readonly #limitBytes: number | undefined;
  readonly #limit: Disposable | undefined;
  #isClosed = false;

  constructor(name: TensorBackend["name"], ready: ReadyBackend, { tried, limitBytes, seed }: Use) {
    this.name = name;
    this.device = ready.device;
    this.isGpu = ready.isGpu;
    this.tried = tried;
    this.failed = ready.failed ?? never;
    this.#ready = ready;
    this.#tf = seed === undefined ? ready.tf : withSeededOperations(ready.tf, seed);
    this.#limitBytes = limitBytes;
    this.#limit = limitBytes === undefined ? undefined : limitTensors(ready.tf, limitBytes);
  }

  get tf(): TensorBackend["tf"] {
    if (this.#isClosed) throw new BackendClosedError(this.name);
    return this.#tf;
  }

  get memory(): TensorMemory {
    const { memoryBytes, maxTensorBytes, tf } = this.#ready;
    return {
      totalBytes: memoryBytes,
      maxTensorBytes,
      limitBytes: this.#limitBytes,
      usedBytes: tf.engine().state.numBytes,
    };
  }

  /** The engine stays for the thread's next opener: TensorFlow.js cannot bring a removed one up again. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#limit?.[Symbol.dispose]();
  }
}
