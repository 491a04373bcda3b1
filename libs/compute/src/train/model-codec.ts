import { UnreadableModelError } from "../errors.ts";
import { hashOfWeights, isModel, type Model, parameterCount } from "./model.ts";
import { packArrays, unpackArrays } from "./packed-arrays.ts";

/** What people see of a model. */
interface ModelSummary {
  type: string;
  preview: string;
}

/** Writes models as bytes; `@weirflow/values` takes it as one of its codecs. */
export interface ModelCodec {
  readonly name: "model";
  matches(value: unknown): value is Model;
  encode(model: Model): Uint8Array;
  /** @throws {@link UnreadableModelError} `compute/unreadable-model`. */
  decode(bytes: Uint8Array): Model;
  identity(model: Model): unknown;
  summarize(model: Model): ModelSummary;
}

/**
 * The codec of models for a value store: topology and training as JSON, weights as the floats that they are.
 *
 * @example
 * const codecs = createCodecs([modelCodec]);
 */
export const modelCodec: ModelCodec = {
  name: "model",
  matches: isModel,
  encode: ({ weights, ...about }) => packArrays({ about, arrays: weights }),
  decode: (bytes) => {
    const { about, arrays: weights } = unpackArrays(bytes);
    const model: unknown = { ...(about as object), weights }; // checked by the next line; spreading no object gives none
    if (!isModel(model)) throw new UnreadableModelError("it is no model");
    if (hashOfWeights(weights) !== model.weightsHash)
      throw new UnreadableModelError("its weights are not the ones that were written");
    return model;
  },
  identity: ({ topology, weightsHash, training }) => [topology, weightsHash, training],
  summarize: (model) => ({
    type: "model",
    preview: `${model.weights.length} weights, ${parameterCount(model)} parameters`,
  }),
};
