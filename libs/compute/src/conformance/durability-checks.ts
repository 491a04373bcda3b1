import { openTensorBackend } from "../open-tensor-backend.ts";
import { predict } from "../train/predict.ts";
import { type Training, train } from "../train/train.ts";
import type { TrainContext, TrainOptions } from "../train/training-options.ts";
import { type BackendUnderTest, type Check, REFERENCE, TOLERANCE } from "./check.ts";
import { difference } from "./difference.ts";
import { quietContext } from "./quiet-context.ts";
import { classSamples } from "./samples.ts";

const CANCEL_LIMIT_MS = 2_000;
const REPEATS = 3;

const options: Omit<TrainOptions, "backend"> = {
  model: ({ sequential, layers }) =>
    sequential({
      layers: [
        layers.dense({ units: 16, inputShape: [12], activation: "relu" }),
        layers.dense({ units: 3, activation: "softmax" }),
      ],
    }),
  data: classSamples(96, [12], 3),
  loss: "crossentropy",
  epochs: 2,
};

/** What makes a training a step that can be stopped, gone on with, repeated and handed on. */
export function durabilityChecks(): readonly Check[] {
  return [
    { name: "a training that is cancelled ends", run: cancelled },
    { name: "a training that was stopped goes on to the same weights", run: resumed },
    { name: "the same seed gives the same weights", run: repeated },
    { name: "a model answers the same on the plain back end", run: handedOn },
    { name: "trainings leave no tensor behind", run: leaks },
  ].map((check) => ({ group: "durability", ...check }));
}

const cancelled: Check["run"] = async (backend) => {
  const abort = new AbortController();
  let askedMs = 0;
  const progress = (): void => {
    askedMs ||= performance.now();
    abort.abort();
  };
  const { signal } = abort;
  const isStopped = await stops(
    train({ ...options, backend }, quietContext({ signal, progress })),
    signal,
  );
  const measured = isStopped ? performance.now() - askedMs : Infinity;
  return { measured, limit: CANCEL_LIMIT_MS, unit: "ms" };
};

const resumed: Check["run"] = async (backend) => {
  const whole = await train({ ...options, backend }, quietContext());
  const abort = new AbortController();
  const checkpoint = keeper(() => abort.abort());
  const { signal } = abort;
  const isStopped = await stops(
    train({ ...options, backend }, quietContext({ signal, checkpoint })),
    signal,
  );
  const rest = await train({ ...options, backend }, quietContext({ checkpoint }));
  const measured = isStopped ? difference(weights(rest), weights(whole)) : Infinity;
  return { measured, limit: TOLERANCE, unit: "" };
};

const repeated: Check["run"] = async (backend) => {
  const once = await train({ ...options, backend }, quietContext());
  const again = await train({ ...options, backend }, quietContext());
  return { measured: difference(weights(again), weights(once)), limit: TOLERANCE, unit: "" };
};

const handedOn: Check["run"] = async (backend) => {
  const { model } = await train({ ...options, backend }, quietContext());
  const { signal } = new AbortController();
  const ask = async (on: BackendUnderTest): Promise<ArrayLike<number>> =>
    (await predict(model, options.data.x, { signal, backend: on })).values;
  const measured = difference([await ask(REFERENCE)], [await ask(backend)]);
  return { measured, limit: TOLERANCE, unit: "" };
};

const leaks: Check["run"] = async (backend) => {
  const count = async (): Promise<number> => {
    await using opened = await openTensorBackend(backend);
    return opened.tf.memory().numTensors;
  };
  await train({ ...options, backend }, quietContext()); // the first one fills caches
  const before = await count();
  for (let at = 0; at < REPEATS; at += 1) await train({ ...options, backend }, quietContext());
  return { measured: (await count()) - before, limit: 0, unit: "tensors" };
};

/** Keeps a checkpoint, and tells when there is one. */
function keeper(onSave: () => void): TrainContext["checkpoint"] {
  let kept: Uint8Array | undefined;
  return {
    load: async () => kept,
    save: async (bytes) => {
      kept = bytes;
      onSave();
    },
  };
}

/** Whether a training ends because it was asked to, and not by itself; rejects when something else ended it. */
async function stops(training: Promise<Training>, signal: AbortSignal): Promise<boolean> {
  try {
    await training;
    return false;
  } catch (error) {
    if (error !== signal.reason) throw error;
    return true;
  }
}

function weights({ model }: Training): readonly ArrayLike<number>[] {
  return model.weights.map(({ values }) => values);
}
