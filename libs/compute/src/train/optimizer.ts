import type { Optimizer } from "@tensorflow/tfjs-core";
import type { TensorFlow } from "../tensor-backend.ts";
import type { NamedArray } from "./packed-arrays.ts";
import type { OptimizerOptions } from "./training-options.ts";

const MOMENTUM = 0.9;

/** Opens an optimiser; the caller disposes it. */
export function openOptimizer(tf: TensorFlow, options: Required<OptimizerOptions>): Optimizer {
  const { kind, learningRate } = options;
  switch (kind) {
    case "adam":
      return tf.train.adam(learningRate);
    case "sgd":
      return tf.train.sgd(learningRate);
    case "momentum":
      return tf.train.momentum(learningRate, MOMENTUM);
    case "rmsprop":
      return tf.train.rmsprop(learningRate);
    default:
      return kind satisfies never;
  }
}

/** The options with their defaults. */
export function optimizerOptions(given: OptimizerOptions | undefined): Required<OptimizerOptions> {
  const { kind = "adam" } = given ?? {};
  const isPlain = kind === "sgd" || kind === "momentum";
  return { kind, learningRate: given?.learningRate ?? (isPlain ? 0.01 : 0.001) };
}

/** What an optimiser remembers: how many steps it has made, and its means of gradients. */
export async function optimizerState(optimizer: Optimizer): Promise<readonly NamedArray[]> {
  const weights = await optimizer.getWeights();
  const state = await Promise.all(
    weights.map(async ({ name, tensor }) => ({
      name: name.split("/").slice(-1).join(),
      shape: [...tensor.shape],
      values: Float32Array.from(await tensor.data()),
    })),
  );
  weights[0]?.tensor.dispose(); // the count of steps was made for the caller; the others are its own variables
  return state;
}

/** Gives an optimiser what another one remembered. */
export async function restoreOptimizer(
  tf: TensorFlow,
  optimizer: Optimizer,
  state: readonly NamedArray[],
): Promise<void> {
  const weights = tf.tidy(() =>
    state.map(({ name, shape, values }) => ({
      name,
      tensor: tf.tensor(values.slice(), [...shape]),
    })),
  );
  try {
    await optimizer.setWeights(weights);
  } finally {
    // the variables that were made of them share nothing with them
    tf.dispose(weights.map(({ tensor }) => tensor));
  }
}
