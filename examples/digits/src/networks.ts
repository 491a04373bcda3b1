import type { Layers, LayersModel } from "@weirflow/compute";
import { SIDE } from "./idx-file.ts";

/** How the model is built: convolutions see strokes, a dense network sees pixels. */
export type NetworkName = "convolutional" | "dense";

const inputShape = [SIDE, SIDE, 1];

/** Networks that say how likely an image is each of the ten digits. */
export const networks: Readonly<Record<NetworkName, (layers: Layers) => LayersModel>> = {
  convolutional: ({ sequential, layers }) =>
    sequential({
      layers: [
        layers.conv2d({ filters: 8, kernelSize: 5, activation: "relu", inputShape }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ units: 10, activation: "softmax" }),
      ],
    }),
  dense: ({ sequential, layers }) =>
    sequential({
      layers: [
        layers.flatten({ inputShape }),
        layers.dense({ units: 128, activation: "relu" }),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ units: 10, activation: "softmax" }),
      ],
    }),
};
