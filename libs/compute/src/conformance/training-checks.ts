import { predict } from "../train/predict.ts";
import { type Training, train } from "../train/train.ts";
import type { TrainOptions } from "../train/training-options.ts";
import { type BackendUnderTest, type Check, REFERENCE, TOLERANCE } from "./check.ts";
import { difference } from "./difference.ts";
import { quietContext } from "./quiet-context.ts";
import { classSamples } from "./samples.ts";

type Subject = Omit<TrainOptions, "backend">;

/**
 * Models that are trained on both back ends, and must then have the same weights and say the same.
 *
 * Each takes few enough steps that rounding has not grown: after thousands of steps of an adaptive optimiser, weights of two
 * back ends are of equal worth, not equal.
 */
const subjects: Readonly<Record<string, Subject>> = {
  "logistic regression, sgd": {
    model: ({ sequential, layers }) =>
      sequential({ layers: [layers.dense({ units: 3, inputShape: [24], activation: "softmax" })] }),
    data: classSamples(96, [24], 3),
    loss: "crossentropy",
    optimizer: { kind: "sgd", learningRate: 0.1 },
    epochs: 3,
  },
  "dense with dropout and class weights, adam": {
    model: ({ sequential, layers }) =>
      sequential({
        layers: [
          layers.dense({ units: 64, inputShape: [24], activation: "relu" }),
          layers.dropout({ rate: 0.3 }),
          layers.dense({ units: 3, activation: "softmax" }),
        ],
      }),
    data: classSamples(96, [24], 3),
    loss: "crossentropy",
    classWeights: { 0: 2 },
    epochs: 3,
  },
  "regression, momentum": {
    model: ({ sequential, layers }) =>
      sequential({
        layers: [
          layers.dense({ units: 16, inputShape: [12], activation: "tanh" }),
          layers.dense({ units: 1 }),
        ],
      }),
    data: classSamples(64, [12], 2),
    loss: "meanSquaredError",
    optimizer: { kind: "momentum" },
    epochs: 3,
  },
  "convolutions with pooling, adam": {
    model: ({ sequential, layers }) =>
      sequential({
        layers: [
          layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [9, 9, 1], activation: "relu" }),
          layers.maxPooling2d({ poolSize: 2 }),
          layers.flatten(),
          layers.dense({ units: 3, activation: "softmax" }),
        ],
      }),
    data: classSamples(48, [9, 9, 1], 3),
    loss: "crossentropy",
    epochs: 2,
  },
  "separable convolution with normalisation, sgd": {
    model: ({ sequential, layers }) =>
      sequential({
        layers: [
          layers.separableConv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 2] }),
          layers.batchNormalization(),
          layers.reLU(),
          layers.globalAveragePooling2d({}),
          layers.dense({ units: 2, activation: "softmax" }),
        ],
      }),
    data: classSamples(32, [8, 8, 2], 2),
    loss: "crossentropy",
    optimizer: { kind: "sgd" },
    epochs: 2,
  },
  "LSTM, rmsprop": {
    model: ({ sequential, layers }) =>
      sequential({
        layers: [
          layers.lstm({ units: 8, inputShape: [6, 4], recurrentInitializer: "glorotNormal" }),
          layers.dense({ units: 2, activation: "softmax" }),
        ],
      }),
    data: classSamples(32, [6, 4], 2),
    loss: "crossentropy",
    optimizer: { kind: "rmsprop" },
    epochs: 2,
  },
};

/** Models trained on both back ends. */
export function trainingChecks(): readonly Check[] {
  return Object.entries(subjects).map(([name, subject]) => ({
    group: "training",
    name,
    run: async (backend) => {
      const expected = await trained(subject, REFERENCE);
      const actual = await trained(subject, backend);
      return {
        measured: difference(
          [...weights(actual), await answers(actual, subject, backend)],
          [...weights(expected), await answers(expected, subject, REFERENCE)],
        ),
        limit: TOLERANCE,
        unit: "",
      };
    },
  }));
}

async function trained(subject: Subject, backend: BackendUnderTest): Promise<Training> {
  return await train({ ...subject, backend }, quietContext());
}

function weights({ model }: Training): readonly ArrayLike<number>[] {
  return model.weights.map(({ values }) => values);
}

async function answers(
  { model }: Training,
  { data }: Subject,
  backend: BackendUnderTest,
): Promise<ArrayLike<number>> {
  const { signal } = new AbortController();
  const { values } = await predict(model, data.x, { signal, backend });
  return values;
}
