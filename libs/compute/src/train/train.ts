import { describeBackend } from "../describe-backend.ts";
import { openTensorBackend } from "../open-tensor-backend.ts";
import type { BackendFacts, TensorFlow } from "../tensor-backend.ts";
import {
  importLayers,
  type LayersModel,
  layersModelOf,
  modelOf,
  topologyOf,
} from "./layers-model.ts";
import { isModel, type Model, parameterCount } from "./model.ts";
import { openOptimizer } from "./optimizer.ts";
import { seededRandom, withRandom } from "./seeded-random.ts";
import { trainingChart } from "./training-chart.ts";
import type { EpochResult, TrainContext, TrainOptions } from "./training-options.ts";
import {
  configurationOf,
  fingerprintOf,
  planTraining,
  type TrainingPlan,
} from "./training-plan.ts";
import { lossCurve } from "./training-report.ts";
import { TrainingRun } from "./training-run.ts";

/** What came of a training: the model as a value, and how it went. */
export interface Training {
  readonly model: Model;
  /** One entry an epoch, also those of earlier attempts. */
  readonly history: readonly EpochResult[];
  readonly backend: BackendFacts;
}

/**
 * Trains a model on the best back end of this machine.
 *
 * Looks at `context.signal` between batches, says how far it is, saves a chart `training` of the losses, records facts for
 * lineage, and leaves checkpoints: an attempt that follows one which was ended goes on where that was. The same seed gives
 * the same weights on one back end, and weights that agree to about 1e-4 on another.
 *
 * @throws {@link TrainingDataError} `compute/training-data`, {@link TrainingDivergedError} `compute/training-diverged`, the
 *   errors of `openTensorBackend`, and the reason of the signal.
 * @example
 * const { model, history } = await train(
 *   {
 *     model: ({ sequential, layers }) =>
 *       sequential({ layers: [layers.dense({ units: 1, inputShape: [3], activation: "sigmoid" })] }),
 *     data: { x: { values: features, shape: [100, 3] }, y: { values: answers, shape: [100] } },
 *     loss: "binaryCrossentropy",
 *     epochs: 20,
 *   },
 *   context,
 * );
 */
export async function train(options: TrainOptions, context: TrainContext): Promise<Training> {
  const begunMs = performance.now();
  const plan = planTraining(options);
  const { signal } = context;
  await using backend = await openTensorBackend({ ...options.backend, signal });
  const { tf } = backend;
  using opened = await openLearner(tf, plan);
  const { learner } = opened;
  const configuration = configurationOf(plan);
  const start = isModel(plan.model) ? plan.model : undefined;
  const fingerprint = fingerprintOf(topologyOf(learner.model), configuration, start);
  const run = new TrainingRun({ plan, learner, context, fingerprint });
  await run.resume();
  try {
    await run.toEnd();
  } finally {
    saveChart(run.history, context);
  }
  const model = await modelOf(learner.model, configuration);
  const facts = describeBackend(backend);
  context.record({ ...runFacts(run), ...modelFacts(model, learner.model), ...backendFacts(facts) });
  context.record({ wallMs: Math.round(performance.now() - begunMs) });
  return { model, history: run.history, backend: facts };
}

interface OpenLearner extends Disposable {
  readonly learner: ConstructorParameters<typeof TrainingRun>[0]["learner"];
}

/** Weights and means of gradients live on the device until this is disposed. */
async function openLearner(tf: TensorFlow, plan: TrainingPlan): Promise<OpenLearner> {
  const model = await buildModel(tf, plan);
  const optimizer = openOptimizer(tf, plan.optimizer);
  return {
    learner: { tf, model, optimizer, loss: plan.loss },
    [Symbol.dispose]: () => {
      optimizer.dispose();
      model.dispose();
    },
  };
}

async function buildModel(tf: TensorFlow, { model, seed }: TrainingPlan): Promise<LayersModel> {
  if (typeof model !== "function") return await layersModelOf(tf, model);
  const layers = await importLayers();
  return withRandom(seededRandom(seed), () => model(layers));
}

function saveChart(history: readonly EpochResult[], { artifact }: TrainContext): void {
  if (history.length === 0) return;
  artifact({
    key: "training",
    kind: "chart",
    title: "Losses by epoch",
    mediaType: "image/svg+xml",
    body: trainingChart(history),
  });
}

function runFacts(run: TrainingRun): Readonly<Record<string, string | number>> {
  const { history, epochsBefore, deviceMs, peakTensorBytes, peakMemoryBytes } = run;
  const last = history.at(-1);
  return {
    epochs: history.length,
    epochsOfEarlierAttempts: epochsBefore,
    lossCurve: lossCurve(history),
    ...last,
    deviceMs: Math.round(deviceMs),
    peakTensorBytes,
    peakMemoryBytes,
  };
}

function modelFacts(model: Model, built: LayersModel): Readonly<Record<string, string | number>> {
  return {
    parameters: parameterCount(model),
    layers: built.layers.length,
    weightsHash: model.weightsHash,
  };
}

function backendFacts({ name, device }: BackendFacts): Readonly<Record<string, string>> {
  return { backend: name, device };
}
