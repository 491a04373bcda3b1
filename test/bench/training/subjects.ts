import { layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";

/** A model that learns, and what it learns from. */
export interface Subject {
  readonly inputShape: readonly number[];
  readonly classes: number;
  /** Inputs are whole numbers below this; otherwise they are numbers from −1 to 1. */
  readonly words?: number;
  readonly layers: () => readonly layers.Layer[];
}

const flatEnd = (classes: number): readonly layers.Layer[] => [
  layers.flatten(),
  layers.dense({ units: 64, activation: "relu" }),
  layers.dense({ units: classes, activation: "softmax" }),
];

export const subjects: Readonly<Record<string, Subject>> = {
  "logistic, 200 columns": {
    inputShape: [200],
    classes: 2,
    layers: () => [layers.dense({ units: 2, activation: "softmax" })],
  },
  "dense, 784-1024-512": {
    inputShape: [784],
    classes: 10,
    layers: () => [
      layers.dense({ units: 1_024, activation: "relu" }),
      layers.dense({ units: 512, activation: "relu" }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
  },
  "CNN, 28×28": {
    inputShape: [28, 28, 1],
    classes: 10,
    layers: () => [
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      ...flatEnd(10),
    ],
  },
  "separable CNN, 28×28": {
    inputShape: [28, 28, 1],
    classes: 10,
    layers: () => [
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.separableConv2d({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.separableConv2d({ filters: 64, kernelSize: 3, strides: 2, activation: "relu" }),
      ...flatEnd(10),
    ],
  },
  "LSTM, 32 steps of 16": {
    inputShape: [32, 16],
    classes: 4,
    layers: () => [
      layers.lstm({ units: 64, recurrentInitializer: "glorotNormal" }),
      layers.dense({ units: 4, activation: "softmax" }),
    ],
  },
  "embedding, 16 of 500 words": {
    inputShape: [16],
    classes: 4,
    words: 500,
    layers: () => [
      layers.embedding({ inputDim: 500, outputDim: 16 }),
      layers.globalAveragePooling1d(),
      layers.dense({ units: 4, activation: "softmax" }),
    ],
  },
};

/** The model, not trained yet. */
export function modelOf({ inputShape, layers: made }: Subject): LayersModel {
  const model = sequential();
  model.add(layers.inputLayer({ inputShape: [...inputShape] }));
  for (const layer of made()) model.add(layer);
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  return model;
}

/** One batch of samples and their classes. */
export function batchOf(
  { inputShape, classes, words }: Subject,
  size: number,
): [tf.Tensor, tf.Tensor] {
  const shape = [size, ...inputShape];
  const labels = Array.from({ length: size }, (_, i) => i % classes);
  return tf.tidy(() => [
    words === undefined
      ? tf.randomUniform(shape, -1, 1)
      : tf.floor(tf.randomUniform(shape, 0, words)),
    tf.oneHot(labels, classes),
  ]);
}
