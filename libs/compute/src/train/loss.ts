import type { Tensor, TensorFlow } from "../tensor-backend.ts";
import type { Loss } from "./training-options.ts";

/** Answers beside what should have been said, of one batch. */
export interface Answers {
  readonly loss: Loss;
  readonly predicted: Tensor;
  readonly wanted: Tensor;
}

const SMALLEST = 1e-7;

/** The loss of each sample, shape `[samples]`. */
export function lossPerSample(tf: TensorFlow, { loss, predicted, wanted }: Answers): Tensor {
  switch (loss) {
    case "crossentropy": {
      const safe = tf.clipByValue(predicted, SMALLEST, 1);
      return tf.neg(tf.sum(tf.mul(oneHot(tf, wanted, predicted), tf.log(safe)), -1));
    }
    case "binaryCrossentropy": {
      const safe = tf.clipByValue(predicted, SMALLEST, 1 - SMALLEST);
      const target = tf.reshape(wanted, predicted.shape);
      const yes = tf.mul(target, tf.log(safe));
      const no = tf.mul(tf.sub(1, target), tf.log(tf.sub(1, safe)));
      return perSample(tf, tf.neg(tf.add(yes, no)));
    }
    case "meanSquaredError":
      return perSample(tf, tf.squaredDifference(tf.reshape(wanted, predicted.shape), predicted));
    default:
      return loss satisfies never;
  }
}

/** How many answers are right; `undefined` where there is no right and wrong. */
export function countRight(
  tf: TensorFlow,
  { loss, predicted, wanted }: Answers,
): Tensor | undefined {
  if (loss === "meanSquaredError") return undefined;
  const said =
    loss === "crossentropy"
      ? tf.argMax(predicted, -1)
      : tf.greater(tf.reshape(predicted, [-1]), 0.5);
  const right = wanted.rank > 1 && loss === "crossentropy" ? tf.argMax(wanted, -1) : wanted;
  const same = tf.equal(tf.cast(said, "int32"), tf.cast(tf.reshape(right, [-1]), "int32"));
  return tf.sum(tf.cast(same, "float32"));
}

function oneHot(tf: TensorFlow, wanted: Tensor, predicted: Tensor): Tensor {
  if (wanted.rank === predicted.rank) return wanted;
  return tf.oneHot(tf.cast(wanted, "int32"), predicted.shape.at(-1) ?? 0);
}

function perSample(tf: TensorFlow, values: Tensor): Tensor {
  return tf.mean(tf.reshape(values, [values.shape[0] ?? 0, -1]), -1);
}
