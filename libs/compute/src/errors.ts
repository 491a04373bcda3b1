import { didYouMean, WeirError } from "@weirflow/errors";
import type { BackendRequirement, TriedBackend } from "./tensor-backend.ts";

/** The back end that was asked for by name does not exist. */
export class UnknownBackendError extends WeirError {
  override readonly code = "compute/unknown-backend";
  readonly backend: string;

  constructor(backend: string, known: readonly string[]) {
    super(`no tensor back end is named "${backend}"${didYouMean(backend, known)}`, {
      hint: `use one of ${known.join(", ")}, or leave the choice out`,
    });
    this.backend = backend;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { backend: this.backend };
  }
}

/** A limit or seed that cannot be one. */
export class BackendOptionError extends WeirError {
  override readonly code = "compute/backend-option";

  constructor(option: string, value: number, min: number) {
    const range = min > Number.MIN_SAFE_INTEGER ? ` from ${min}` : "";
    super(`${option} is ${value}`, {
      hint: `give a whole number${range} as ${option}, or leave it out`,
    });
  }
}

/** None of the back ends that would do can run on this machine. */
export class BackendUnavailableError extends WeirError {
  override readonly code = "compute/backend-unavailable";
  readonly tried: readonly TriedBackend[];

  constructor(
    tried: readonly (TriedBackend & { readonly label: string })[],
    require: BackendRequirement | undefined,
  ) {
    const reasons = tried.map(({ label, reason }) => `${label}: ${reason}`).join("; ");
    super(`${wanted(require)} (${reasons})`, { hint: installHints[require ?? "cpu"] });
    this.tried = tried.map(({ name, reason }) => ({ name, reason }));
  }

  override data(): Readonly<Record<string, unknown>> {
    return { tried: this.tried };
  }
}

function wanted(require: BackendRequirement | undefined): string {
  if (require === undefined) return "no tensor back end can run here";
  if (require === "gpu") return "a GPU is required, and none can be used here";
  return `the tensor back end "${require}" is required, and cannot run here`;
}

const ownPackages = "install the packages of @weirflow/compute again: they need nothing else";
const webgpuPackages =
  "install webgpu and @tensorflow/tfjs-backend-webgpu on a machine with a GPU and its driver";
const installHints: Readonly<Record<BackendRequirement, string>> = {
  gpu: `${webgpuPackages}, or @tensorflow/tfjs-node-gpu with CUDA 11.2 and cuDNN 8.1; or do without the requirement`,
  tensorflow:
    "install @tensorflow/tfjs-node, or @tensorflow/tfjs-node-gpu with CUDA 11.2 and cuDNN 8.1",
  webgpu: webgpuPackages,
  wasm: ownPackages,
  cpu: ownPackages,
};

/** The GPU is gone: its driver crashed or was replaced, or the machine slept. Another attempt gets it anew. */
export class DeviceLostError extends WeirError {
  override readonly code = "compute/device-lost";
  override readonly disposition = "retry";

  constructor(reason: string) {
    super(`the GPU was lost: ${reason}`, {
      hint: "look at the driver's log if it happens again; the task starts anew in a new process",
    });
  }
}

/** The GPU refused what it was asked for, so that results since then mean nothing. */
export class DeviceFaultError extends WeirError {
  override readonly code = "compute/device-fault";

  constructor(problem: string) {
    super(`the GPU refused to compute: ${problem}`, {
      hint: 'use smaller batches or tensors: "memory.maxTensorBytes" says how large one may be',
    });
  }
}

/** The tensors of a thread take more memory than they may. */
export class TensorMemoryError extends WeirError {
  override readonly code = "compute/tensor-memory";
  readonly usedBytes: number;
  readonly limitBytes: number;

  constructor(usedBytes: number, limitBytes: number, shape: readonly number[]) {
    super(
      `tensors take ${usedBytes} bytes with one of shape [${shape.join(", ")}], and may take ${limitBytes}`,
      { hint: "use smaller batches, dispose tensors (`tf.tidy`), or raise `memoryLimitBytes`" },
    );
    this.usedBytes = usedBytes;
    this.limitBytes = limitBytes;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { usedBytes: this.usedBytes, limitBytes: this.limitBytes };
  }
}

/** A tensor on a GPU was read without waiting for it. */
export class SynchronousReadError extends WeirError {
  override readonly code = "compute/synchronous-read";

  constructor(cause: unknown) {
    super("a tensor on a GPU cannot be read without waiting for it", {
      hint: "use `await tensor.data()` or `await tensor.array()` in place of dataSync or arraySync",
      cause,
    });
  }
}

/** A back end was used after it was disposed. */
export class BackendClosedError extends WeirError {
  override readonly code = "compute/backend-closed";

  constructor(name: string) {
    super(`the tensor back end "${name}" was used after it was closed`, {
      hint: "keep the work inside the scope of `await using backend`",
    });
  }
}

/** Bytes are no model or checkpoint, or only a part of one. */
export class UnreadableModelError extends WeirError {
  override readonly code = "compute/unreadable-model";

  constructor(problem: string, cause?: unknown) {
    super(`cannot read the model: ${problem}`, {
      hint: "run the task that made it again",
      cause,
    });
  }
}

/** What a model is to learn from does not fit together. */
export class TrainingDataError extends WeirError {
  override readonly code = "compute/training-data";

  constructor(problem: string, hint: string) {
    super(`cannot train: ${problem}`, { hint });
  }
}

/** The loss is no number any more: nothing will be learnt from here on. */
export class TrainingDivergedError extends WeirError {
  override readonly code = "compute/training-diverged";
  readonly epoch: number;

  constructor(epoch: number, loss: number) {
    super(`training diverged: the loss is ${loss} in epoch ${epoch}`, {
      hint: "lower the learning rate, and look for inputs that are huge or no numbers",
    });
    this.epoch = epoch;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { epoch: this.epoch };
  }
}

/** A column of a table is not what a tensor can be made of. */
export class ColumnError extends WeirError {
  override readonly code = "compute/column";
  readonly column: string;

  constructor(column: string, problem: string) {
    super(`cannot use the column "${column}": ${problem}`, {
      hint: "choose columns of numbers without empty cells, or fill them first",
    });
    this.column = column;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { column: this.column };
  }
}

/** The WebAssembly back end has no complex numbers, so a kernel that makes some cannot be borrowed for it. */
export class ComplexNumberError extends WeirError {
  override readonly code = "compute/complex-numbers";
  constructor(kernel: string) {
    super(`the WebAssembly back end has no complex numbers, and "${kernel}" makes some`, {
      hint: "open the back end `cpu` for it",
    });
  }
}
