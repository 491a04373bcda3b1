/**
 * The process of one model that was opened in a worker thread: it opens the model and runs it, one question at a time.
 *
 * It is ended from outside at any time, and ends itself when the thread or process that asked is gone.
 */
import { Worker } from "node:worker_threads";
import { toErrorRecord } from "@weirflow/errors";
import { entryFile } from "./entry-file.ts";
import type { FromModel, ToModel } from "./model-messages.ts";
import type { OnnxModel } from "./onnx-model.ts";
import { openHere } from "./open-here.ts";

let model: OnnxModel | undefined;

new Worker(entryFile("end-with-parent")).unref();
// only `openInProcess` sends here, and it sends ToModel
process.on("message", (message) => void answer(message as ToModel));

async function answer(request: ToModel): Promise<void> {
  try {
    send(await answerTo(request));
  } catch (error) {
    send({ kind: "failed", error: toErrorRecord(error) });
  }
}

async function answerTo(request: ToModel): Promise<FromModel> {
  if (request.kind === "open") {
    model = await openHere(request.source);
    const { inputs, outputs, provider, tried } = model;
    return { kind: "opened", facts: { inputs, outputs, provider, tried } };
  }
  const outputs = await model?.run(request.inputs, { outputs: request.outputs });
  return { kind: "made", outputs: outputs ?? {} };
}

function send(message: FromModel): void {
  process.send?.(message);
}
