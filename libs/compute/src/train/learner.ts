import type { Optimizer, Scalar, Variable } from "@tensorflow/tfjs-core";
import { tensorOf } from "../data/dense-array.ts";
import type { Tensor, TensorFlow } from "../tensor-backend.ts";
import type { Batch } from "./batches.ts";
import type { LayersModel } from "./layers-model.ts";
import { countRight, lossPerSample } from "./loss.ts";
import { type Random, withRandom } from "./seeded-random.ts";
import type { EpochSums } from "./training-state.ts";
import type { Loss } from "./training-options.ts";

/** A model on its back end, with what it learns by. */
export interface Learner {
  readonly tf: TensorFlow;
  readonly model: LayersModel;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
}

/** Learns from a batch: one step against the gradient. @returns how the model did before the step. */
export async function learn(learner: Learner, batch: Batch, random: Random): Promise<EpochSums> {
  const { tf, model, optimizer } = learner;
  using held = new DisposableStack();
  let right: Tensor | undefined;
  const cost = step(tf, () => {
    const variables = model.trainableWeights.map((weight) => weight.read() as Variable); // of a weight, always a variable
    const measure = (): Scalar => {
      const answers = answer(learner, batch, true);
      right = countRight(tf, answers);
      if (right !== undefined) held.adopt(tf.keep(right), letGo); // outlives the scopes around it
      const losses = lossPerSample(tf, answers);
      const { weights } = batch;
      const counted = weights === undefined ? losses : tf.mul(losses, tf.tensor1d(weights));
      return model
        .calculateLosses()
        .reduce((sum, own) => tf.add(sum, own), tf.mean<Scalar>(counted));
    };
    const mean = withRandom(random, () => optimizer.minimize(measure, true, variables));
    return mean ?? tf.scalar(Number.NaN); // it gives the loss whenever it is asked to
  });
  held.adopt(cost, letGo);
  return await read(batch, cost, right);
}

/** A step; what a failed one has kept for its gradients is let go, which TensorFlow.js does not do. */
function step(tf: TensorFlow, take: () => Tensor): Tensor {
  const engine = tf.engine();
  const kept: Tensor[] = [];
  const keep = engine.keep.bind(engine);
  engine.keep = (tensor) => {
    kept.push(tensor);
    return keep(tensor);
  };
  try {
    return tf.tidy(take);
  } catch (error) {
    tf.dispose(kept);
    throw error;
  } finally {
    Reflect.deleteProperty(engine, "keep"); // the class has it
  }
}

/** How the model does on a batch. */
export async function measure(learner: Learner, batch: Batch): Promise<EpochSums> {
  const { tf } = learner;
  using held = new DisposableStack();
  const { cost, right } = tf.tidy(() => {
    const answers = answer(learner, batch, false);
    const right = countRight(tf, answers) ?? tf.scalar(0);
    return { cost: tf.mean(lossPerSample(tf, answers)), right };
  });
  held.adopt(cost, letGo);
  held.adopt(right, letGo);
  return await read(batch, cost, right);
}

function answer(
  { tf, model, loss }: Learner,
  batch: Batch,
  training: boolean,
): { readonly loss: Loss; readonly predicted: Tensor; readonly wanted: Tensor } {
  // a model of one output gives one tensor
  const predicted = model.apply(tensorOf(tf, batch.x), { training }) as Tensor;
  return { loss, predicted, wanted: tensorOf(tf, batch.y) };
}

function letGo(tensor: Tensor): void {
  tensor.dispose();
}

async function read({ x }: Batch, cost: Tensor, right: Tensor | undefined): Promise<EpochSums> {
  const samples = x.shape[0] ?? 0;
  const [mean = Number.NaN] = await cost.data();
  const [count = 0] = (await right?.data()) ?? [];
  return { loss: mean * samples, right: count, samples };
}
