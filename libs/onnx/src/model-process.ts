import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DenseArray } from "./dense-array.ts";
import { entryFile, isSource } from "./entry-file.ts";
import { ModelEndedError } from "./errors.ts";
import type { FromModel, ModelFacts, ToModel } from "./model-messages.ts";
import type { Inputs, OnnxModel, OnnxProvider, OnnxValue, RunOnnxOptions } from "./onnx-model.ts";
import type { OnnxSource, OpenOnnxOptions } from "./open-here.ts";
import { reviveError } from "./revive-error.ts";
import { RunQueue } from "./run-queue.ts";

/**
 * Opens a model in a process of its own, which is ended when the model is disposed, or when the signal of the opening or of
 * a run is aborted meanwhile.
 *
 * ONNX Runtime aborts the process if a thread is ended while it runs a model, as threads of workers may be at any time.
 *
 * @throws what `openHere` throws; {@link ModelEndedError} `onnx/ended` when the process ended by itself.
 */
export async function openInProcess(source: OnnxSource & OpenOnnxOptions): Promise<OnnxModel> {
  const { signal, base, ...rest } = source;
  signal?.throwIfAborted();
  await using stack = new AsyncDisposableStack();
  const child = stack.use(new ModelChild());
  const sent = { ...rest, base: base?.toString() };
  const answer = await child.ask({ kind: "open", source: sent }, signal);
  if (answer.kind !== "opened") throw new ModelEndedError("it did not open the model");
  stack.move();
  return new ProcessModel(child, answer.facts);
}

/** A model in another process. Once that is gone, each run says so. */
class ProcessModel implements OnnxModel {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly provider: OnnxProvider;
  readonly tried: ModelFacts["tried"];
  readonly #child: ModelChild;
  readonly #runs = new RunQueue();

  constructor(child: ModelChild, { inputs, outputs, provider, tried }: ModelFacts) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.provider = provider;
    this.tried = tried;
    this.#child = child;
  }

  async run(
    inputs: Inputs,
    { outputs, signal }: RunOnnxOptions = {},
  ): Promise<Readonly<Record<string, DenseArray>>> {
    return await this.#runs.add(async () => {
      const answer = await this.#child.ask({ kind: "run", inputs, outputs }, signal);
      return answer.kind === "made" ? ownMemory(answer.outputs) : {};
    }, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runs.close(async () => await this.#child[Symbol.asyncDispose]());
  }
}

/** The process, as who asks it: one question at a time. */
class ModelChild implements AsyncDisposable {
  readonly #child = startProcess();
  readonly #exited: Promise<unknown>;
  #waiting: PromiseWithResolvers<FromModel> | undefined;
  #ended: ModelEndedError | undefined;

  constructor() {
    this.#exited = once(this.#child, "close");
    this.#exited.catch(() => undefined); // told by the listener of errors
    // only model-main sends on this channel, and it sends FromModel
    this.#child.on("message", (message) => this.#waiting?.resolve(message as FromModel));
    this.#child.on("error", (error) => this.#end(error.message));
    this.#child.on("exit", (code, by) => this.#end(by ?? `exit code ${code}`));
  }

  /** Ends the process when the signal is aborted before the answer: what runs there hears of nothing. */
  async ask(question: ToModel, signal: AbortSignal | undefined): Promise<FromModel> {
    if (this.#ended !== undefined) throw this.#ended;
    const waiting = Promise.withResolvers<FromModel>();
    this.#waiting = waiting;
    const abort = (): void => {
      waiting.reject(signal?.reason);
      this.#end("it was ended to break off a run");
      this.#child.kill("SIGKILL");
    };
    signal?.addEventListener("abort", abort);
    try {
      this.#child.send(question);
      const answer = await waiting.promise;
      if (answer.kind === "failed") throw reviveError(answer.error);
      return answer;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited.catch(() => undefined);
  }

  #end(why: string): void {
    this.#ended ??= new ModelEndedError(why);
    this.#waiting?.reject(this.#ended);
  }
}

function startProcess(): ChildProcess {
  return fork(fileURLToPath(entryFile("model-main")), {
    serialization: "advanced",
    execArgv: isSource() ? ["--conditions=@weirflow/source"] : [],
    stdio: ["pipe", "ignore", "inherit", "ipc"], // the pipe is what `end-with-parent` waits at
  });
}

/** As arrays come out of a message they share its memory: to copy or move one would take along all. */
function ownMemory(outputs: Readonly<Record<string, DenseArray>>): Record<string, DenseArray> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { values, shape }]) => [
      name,
      { values: values.slice(), shape },
    ]),
  );
}
