import { didYouMean, WeirError } from "@weirflow/errors";
import type { TriedBackend } from "./tensor-backend.ts";

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

/** None of the back ends that would do can run on this machine. */
export class BackendUnavailableError extends WeirError {
  override readonly code = "compute/backend-unavailable";
  readonly tried: readonly TriedBackend[];

  constructor(tried: readonly TriedBackend[], requireGpu: boolean) {
    const reasons = tried.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
    super(`no ${requireGpu ? "GPU" : "tensor"} back end can run here (${reasons})`, {
      hint: requireGpu
        ? "install @tensorflow/tfjs-node-gpu with CUDA 11.2 and cuDNN 8.1, or do without requireGpu"
        : "install the packages of @weirflow/compute again: WASM and CPU need nothing else",
    });
    this.tried = tried;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { tried: this.tried };
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
