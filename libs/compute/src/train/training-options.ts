import type { DenseArray } from "../data/dense-array.ts";
import type { OpenBackendOptions } from "../open-tensor-backend.ts";
import type { Layers, LayersModel } from "./layers-model.ts";
import type { Model } from "./model.ts";

/** What a model learns from, or is measured by. */
export interface Samples {
  /** What the model sees; the first axis counts samples. */
  readonly x: DenseArray;
  /** What it should say: of classes their numbers from 0, shape `[samples]`, or anything of the shape of its output. */
  readonly y: DenseArray;
}

/** What is made smaller: for classes, for yes or no, for numbers. */
export type Loss = "crossentropy" | "binaryCrossentropy" | "meanSquaredError";

/** How weights follow their gradients. */
export interface OptimizerOptions {
  readonly kind: "adam" | "sgd" | "momentum" | "rmsprop";
  /** @default 0.001; 0.01 for `sgd` and `momentum` */
  readonly learningRate?: number;
}

/** When training ends before its last epoch. */
export interface EarlyStopping {
  /** @default "validationLoss" where there are validation samples, else "loss" */
  readonly metric?: "loss" | "accuracy" | "validationLoss" | "validationAccuracy";
  /** Epochs without an improvement before it ends, at least 1. */
  readonly patience: number;
  /** What counts as an improvement. @default 0 */
  readonly minDelta?: number;
}

/** How a model is trained. */
export interface TrainOptions {
  /**
   * Builds the model, e.g. `({ sequential, layers }) => sequential({ layers: [layers.dense({ units: 1, inputShape: [3] })] })`;
   * or a model to train further.
   */
  readonly model: Model | ((layers: Layers) => LayersModel);
  readonly data: Samples;
  /** What the model never learns from, measured after each epoch. */
  readonly validation?: Samples | undefined;
  readonly epochs: number;
  /** @default 32 */
  readonly batchSize?: number;
  readonly loss: Loss;
  /** @default adam */
  readonly optimizer?: OptimizerOptions;
  /** How much a sample of a class counts, by class. @default 1 each */
  readonly classWeights?: Readonly<Record<number, number>>;
  readonly earlyStopping?: EarlyStopping | undefined;
  /** When to save, so that another attempt goes on from there. @default after each epoch, and every 60 seconds */
  readonly checkpoint?: { readonly everyEpochs?: number; readonly everySeconds?: number };
  /** A whole number: first weights, order of samples and dropped units follow from it. @default 0 */
  readonly seed?: number;
  /** The key of the chart among the artifacts: trainings of one task need different ones. @default "training" */
  readonly chart?: string;
  /** Which back end. @default the best of this machine */
  readonly backend?: Omit<OpenBackendOptions, "signal">;
}

/** What training needs of a node's context, which has this shape. */
export interface TrainContext {
  /** Looked at between batches. */
  readonly signal: AbortSignal;
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly progress: (done: number, total?: number, text?: string) => void;
  readonly artifact: (artifact: {
    readonly key: string;
    readonly kind: "chart";
    readonly title: string;
    readonly mediaType: string;
    readonly body: string;
    /** Whether it takes the place of what was saved before under the key. */
    readonly replaces: boolean;
  }) => void;
  readonly record: (facts: Readonly<Record<string, string | number>>) => void;
  /** What earlier attempts left, and where this one leaves its own. */
  readonly checkpoint: {
    load(): Promise<Uint8Array | undefined>;
    save(bytes: Uint8Array): Promise<void>;
  };
}

/** How an epoch went. */
export interface EpochResult {
  /** From 1. */
  readonly epoch: number;
  /** The mean over the samples, as the model was while it learnt. */
  readonly loss: number;
  /** The share of right answers, 0 to 1; of classes alone. */
  readonly accuracy?: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
}
