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
  let right: Tensor | undefined;
  const cost = tf.tidy(() => {
    const variables = model.trainableWeights.map((weight) => weight.read() as Variable); // of a weight, always a variable
    const measure = (): Scalar => {
      const answers = answer(learner, batch, true);
      right = kept(tf, countRight(tf, answers));
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
  return await read(batch, cost, right);
}

/** How the model does on a batch. */
export async function measure(learner: Learner, batch: Batch): Promise<EpochSums> {
  const { tf } = learner;
  const { cost, right } = tf.tidy(() => {
    const answers = answer(learner, batch, false);
    const right = countRight(tf, answers) ?? tf.scalar(0);
    return { cost: tf.mean(lossPerSample(tf, answers)), right };
  });
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

/** A tensor that outlives the scopes in which it was made. */
function kept(tf: TensorFlow, tensor: Tensor | undefined): Tensor | undefined {
  return tensor === undefined ? undefined : tf.keep(tensor);
}

async function read({ x }: Batch, cost: Tensor, right: Tensor | undefined): Promise<EpochSums> {
  const samples = x.shape[0] ?? 0;
  const [mean = Number.NaN] = await cost.data();
  const [count = 0] = (await right?.data()) ?? [];
  cost.dispose();
  right?.dispose();
  return { loss: mean * samples, right: count, samples };
}
