import type { DenseArray } from "./dense-array.ts";
import { InferenceFailedError, InvalidOutputError, type TriedProvider } from "./errors.ts";
import { isNumeric, ofTensor } from "./of-tensor.ts";
import type { Inputs, OnnxModel, OnnxProvider, OnnxValue, RunOnnxOptions } from "./onnx-model.ts";
import { reasonOf, type Runtime, type RuntimeTensor, type Session } from "./runtime.ts";
import { RunQueue } from "./run-queue.ts";
import { toTensors } from "./to-tensor.ts";

/** How a model came to be open. */
export interface Opened {
  readonly provider: OnnxProvider;
  readonly tried: readonly TriedProvider[];
}

/** A session of the runtime: runs one after the other, and is released when the last one is through. */
export class LoadedModel implements OnnxModel {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly provider: OnnxProvider;
  readonly tried: readonly TriedProvider[];
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #runs = new RunQueue();

  constructor(runtime: Runtime, session: Session, { provider, tried }: Opened) {
    this.inputs = session.inputMetadata.map(valueOf);
    this.outputs = session.outputMetadata.map(valueOf);
    this.provider = provider;
    this.tried = tried;
    this.#runtime = runtime;
    this.#session = session;
  }

  async run(
    inputs: Inputs,
    { outputs, signal }: RunOnnxOptions = {},
  ): Promise<Readonly<Record<string, DenseArray>>> {
    return await this.#runs.add(async () => {
      const names = this.#wanted(outputs);
      return await this.#compute(toTensors(this.#runtime, this.inputs, inputs), names);
    }, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runs.close(async () => await this.#session.release());
  }

  #wanted(asked: readonly string[] | undefined): readonly string[] {
    const numeric = this.outputs.filter(isNumeric).map(({ name }) => name);
    for (const name of asked ?? []) {
      const output = this.outputs.find((one) => one.name === name);
      if (output === undefined) throw new InvalidOutputError(name, "does not exist", numeric);
      if (!isNumeric(output))
        throw new InvalidOutputError(name, `is of the type ${output.type}`, numeric);
    }
    return asked ?? numeric;
  }

  async #compute(
    tensors: Readonly<Record<string, RuntimeTensor>>,
    names: readonly string[],
  ): Promise<Readonly<Record<string, DenseArray>>> {
    let made: Awaited<ReturnType<Session["run"]>>;
    try {
      made = await this.#session.run(tensors, names);
    } catch (error) {
      throw new InferenceFailedError(this.provider, reasonOf(error), error);
    }
    // each is a tensor: other outputs are not asked for
    return Object.fromEntries(
      names.map((name) => [name, ofTensor(name, made[name] as RuntimeTensor)]),
    );
  }
}

function valueOf(metadata: Session["inputMetadata"][number]): OnnxValue {
  const { name } = metadata;
  if (!metadata.isTensor) return { name, type: "none", shape: [] };
  return { name, type: metadata.type, shape: metadata.shape };
}
