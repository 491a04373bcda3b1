import type * as tfjsLayers from "@tensorflow/tfjs-layers";
import type { Tensor, TensorFlow } from "../tensor-backend.ts";
import { builtWhole } from "./built-whole.ts";
import { addChainedOperations } from "./chained-operations.ts";
import { canonicalNames } from "./canonical-names.ts";
import { hashOfWeights, type Model, type TrainingConfiguration } from "./model.ts";
import type { NamedArray } from "./packed-arrays.ts";

/** The layers of TensorFlow.js: `sequential`, `layers.dense`, `layers.conv2d` and all others. */
export type Layers = typeof tfjsLayers;

/** A model of TensorFlow.js, built. */
export type LayersModel = tfjsLayers.LayersModel;

/** Layers run on whichever back end of this thread was opened last. */
export async function importLayers(): Promise<Layers> {
  addChainedOperations(await import("@tensorflow/tfjs-core"));
  return await import("@tensorflow/tfjs-layers");
}

/** The topology of a built model, equal for equal models however many were built before. */
export function topologyOf(model: LayersModel): Model["topology"] {
  // asked for an object, it gives one; text is what it gives by default
  const topology = model.toJSON(null, false) as Readonly<Record<string, unknown>>;
  return canonicalNames(topology);
}

/** A copy of the weights that a built model has now. */
export async function weightsOf(model: LayersModel): Promise<readonly NamedArray[]> {
  const weights = model.weights.map(async (weight, index): Promise<NamedArray> => {
    const tensor = weight.read();
    const values = Float32Array.from(await tensor.data());
    const [name = "weight"] = weight.originalName.split("/").slice(-1);
    return { name: `${index}/${name}`, shape: [...tensor.shape], values };
  });
  return await Promise.all(weights);
}

/** Gives a built model the weights of a list that was made by {@link weightsOf}. */
export function setWeights(
  tf: TensorFlow,
  model: LayersModel,
  weights: readonly NamedArray[],
): void {
  tf.tidy(() =>
    model.setWeights(
      weights.map(({ values, shape }): Tensor => tf.tensor(values.slice(), [...shape])),
    ),
  );
}

/** A model of TensorFlow.js as a value. */
export async function modelOf(model: LayersModel, training: TrainingConfiguration): Promise<Model> {
  const weights = await weightsOf(model);
  const topology = topologyOf(model);
  return {
    kind: "weirflow.model",
    topology,
    weights,
    weightsHash: hashOfWeights(weights),
    training,
  };
}

/** A value as a model of TensorFlow.js on the back end that is open now; the caller disposes it. */
export async function layersModelOf(tf: TensorFlow, model: Model): Promise<LayersModel> {
  const { models } = await importLayers();
  // a topology is JSON, as it was written by `toJSON`
  const modelTopology = model.topology as tfjsLayers.ModelAndWeightsConfig["modelTopology"];
  return await builtWhole(tf, async () => {
    const built = await models.modelFromJSON({ modelTopology });
    setWeights(tf, built, model.weights);
    return built;
  });
}
