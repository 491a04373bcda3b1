import { createHash } from "node:crypto";
import type { NamedArray } from "./packed-arrays.ts";

/** How a model was trained, plain JSON. */
export type TrainingConfiguration = Readonly<Record<string, unknown>>;

/**
 * A trained model as a value: plain data that any later task loads, on whichever back end it has.
 *
 * `@weirflow/values` writes it by {@link modelCodec} as bytes; equal topology, weights and training make equal models.
 */
export interface Model {
  readonly kind: "weirflow.model";
  /** Layers and how they are connected, as Keras writes them. */
  readonly topology: Readonly<Record<string, unknown>>;
  readonly weights: readonly NamedArray[];
  /** sha-256 of the weights: 64 hexadecimal digits. */
  readonly weightsHash: string;
  /** Optimiser, loss, epochs, seed and so on. */
  readonly training: TrainingConfiguration;
}

/** Whether a value is a model. */
export function isModel(value: unknown): value is Model {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    value.kind === "weirflow.model" &&
    "weights" in value &&
    Array.isArray(value.weights) &&
    "weightsHash" in value &&
    typeof value.weightsHash === "string"
  );
}

/** The numbers of a model that training may set. */
export function parameterCount({ weights }: Pick<Model, "weights">): number {
  return weights.reduce((count, { values }) => count + values.length, 0);
}

/** The sha-256 of names, shapes and numbers. */
export function hashOfWeights(weights: readonly NamedArray[]): string {
  const hash = createHash("sha256");
  for (const { name, shape, values } of weights) {
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
