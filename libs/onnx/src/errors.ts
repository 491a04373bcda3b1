import { didYouMean, WeirError } from "@weirflow/errors";

/** A provider that was passed over, and why. */
export interface TriedProvider {
  readonly name: string;
  readonly reason: string;
}

/** `onnxruntime-node` is not installed, or not for this machine. */
export class RuntimeMissingError extends WeirError {
  override readonly code = "onnx/runtime-missing";

  constructor(cause: unknown) {
    super(`onnxruntime-node cannot be loaded for ${process.platform}-${process.arch}`, {
      hint: "run `npm install onnxruntime-node`; with `--ignore-scripts` it downloads nothing of CUDA",
      cause,
    });
  }
}

/** Bytes or a file are no ONNX model, or one that this runtime cannot run. */
export class UnreadableModelError extends WeirError {
  override readonly code = "onnx/unreadable-model";
  readonly #facts: Readonly<Record<string, unknown>>;

  constructor(model: string, problem: string, cause?: unknown) {
    super(`cannot read ${model}: ${problem}`, {
      hint: "export the model again, for an operator set that this version of onnxruntime-node knows",
      cause,
    });
    this.#facts = { model, problem };
  }

  override data(): Readonly<Record<string, unknown>> {
    return this.#facts;
  }
}

/** None of the providers that would do can run the model on this machine, though the model is fine. */
export class ProviderUnavailableError extends WeirError {
  override readonly code = "onnx/provider-unavailable";
  readonly tried: readonly TriedProvider[];

  constructor(tried: readonly TriedProvider[]) {
    const reasons = tried.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
    super(`no provider can run the model here (${reasons})`, {
      hint: 'add "cpu" to `providers`, which runs everywhere',
    });
    this.tried = tried;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { tried: this.tried };
  }
}

/** What a model is given is not what it takes: another name, shape or type. */
export class InvalidInputError extends WeirError {
  override readonly code = "onnx/invalid-input";
  readonly input: string;
  readonly #facts: Readonly<Record<string, unknown>>;

  constructor(input: string, problem: string, wanted: string) {
    super(`the input "${input}" ${problem}`, { hint: `the model takes ${wanted}` });
    this.input = input;
    this.#facts = { input, problem, wanted };
  }

  override data(): Readonly<Record<string, unknown>> {
    return this.#facts;
  }
}

/** An output does not exist, or holds what is no array of numbers. */
export class InvalidOutputError extends WeirError {
  override readonly code = "onnx/invalid-output";
  readonly output: string;
  readonly #facts: Readonly<Record<string, unknown>>;

  constructor(output: string, problem: string, known: readonly string[]) {
    super(`the output "${output}" ${problem}${didYouMean(output, known)}`, {
      hint: `the model gives ${known.join(", ")} as numbers`,
    });
    this.output = output;
    this.#facts = { output, problem, known };
  }

  override data(): Readonly<Record<string, unknown>> {
    return this.#facts;
  }
}

/** The runtime failed while it computed. */
export class InferenceFailedError extends WeirError {
  override readonly code = "onnx/inference-failed";
  readonly #facts: Readonly<Record<string, unknown>>;

  constructor(provider: string, problem: string, cause: unknown) {
    super(`the model failed on ${provider}: ${problem}`, {
      hint: 'look at the shapes of the inputs, or try `providers: ["cpu"]`',
      cause,
    });
    this.#facts = { provider, problem };
  }

  override data(): Readonly<Record<string, unknown>> {
    return this.#facts;
  }
}

/** A model was used after it was disposed. */
export class ModelClosedError extends WeirError {
  override readonly code = "onnx/closed";

  constructor() {
    super("the model was used after it was closed", {
      hint: "keep the work inside the scope of `await using model`",
    });
  }
}

/** The process that a model has in a worker thread is gone: it crashed, was killed, or a run was aborted. */
export class ModelEndedError extends WeirError {
  override readonly code = "onnx/ended";
  override readonly disposition = "retry";

  constructor(why: string) {
    super(`the process of the model is gone: ${why}`, {
      hint: "open the model again; look whether the machine killed the process for its memory",
    });
  }
}
