import { describeBackend } from "../describe-backend.ts";
import { BackendUnavailableError } from "../errors.ts";
import { openTensorBackend } from "../open-tensor-backend.ts";
import type { BackendFacts, TensorBackendName, TensorFlow } from "../tensor-backend.ts";
import { threadPreference } from "../thread-backend.ts";
import { withDevice } from "../with-device.ts";
import { checkAnswers } from "./answers-fit.ts";
import { builtWhole } from "./built-whole.ts";
import {
  importLayers,
  type LayersModel,
  layersModelOf,
  modelOf,
  topologyOf,
} from "./layers-model.ts";
import type { Learner } from "./learner.ts";
import { LiveChart } from "./live-chart.ts";
import { missingGradients } from "./missing-gradients.ts";
import { isModel, type Model, parameterCount } from "./model.ts";
import { openOptimizer } from "./optimizer.ts";
import { seededRandom, withRandom } from "./seeded-random.ts";
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
 * Looks at `context.signal` between batches, says how far it is, saves a chart that grows by the epoch, records facts for
 * lineage, and leaves checkpoints: an attempt that follows one which was ended goes on where that was. The same seed gives
 * the same weights on one back end, and weights that agree to about 1e-4 on another.
 *
 * @throws {@link TrainingDataError} `compute/training-data`, {@link TrainingDivergedError} `compute/training-diverged`, the
 *   errors of `openTensorBackend`, {@link DeviceLostError} or {@link DeviceFaultError}, and the reason of the signal.
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
  const plan = planTraining(options);
  await using opened = await openLearner(plan, options.backend, context);
  const { failed } = opened;
  const signal = AbortSignal.any([context.signal, failed]);
  return await withDevice(failed, async () => await learnAll(plan, opened, { ...context, signal }));
}

async function learnAll(
  plan: TrainingPlan,
  { learner, backend, failed }: OpenLearner,
  context: TrainContext,
): Promise<Training> {
  const begunMs = performance.now();
  const configuration = configurationOf(plan);
  const start = isModel(plan.model) ? plan.model : undefined;
  const fingerprint = fingerprintOf(topologyOf(learner.model), configuration, start);
  const { artifact } = context;
  const chart = new LiveChart({ artifact, key: plan.chart, epochs: plan.epochs });
  const run = new TrainingRun({ plan, learner, failed, context, chart, fingerprint });
  await run.resume();
  try {
    await run.toEnd();
  } finally {
    chart.end(run.history);
  }
  const model = await modelOf(learner.model, configuration);
  context.record({ ...runFacts(run), ...modelFacts(model, learner.model), ...factsOf(backend) });
  context.record({ wallMs: Math.round(performance.now() - begunMs) });
  return { model, history: run.history, backend };
}

interface OpenLearner extends AsyncDisposable {
  readonly learner: Learner;
  readonly backend: BackendFacts;
  readonly failed: AbortSignal;
}

/** Weights and means of gradients live on the device until this is disposed. */
async function openLearner(
  plan: TrainingPlan,
  options: TrainOptions["backend"],
  { signal, log }: Pick<TrainContext, "signal" | "log">,
): Promise<OpenLearner> {
  await using stack = new AsyncDisposableStack();
  const backend = stack.use(await openTensorBackend({ ...options, signal }));
  const { tf } = backend;
  const model = await buildModel(tf, plan);
  stack.defer(() => void model.dispose());
  checkAnswers(model, plan.loss, plan);
  const missing = missingGradients(tf, model);
  if (missing.length > 0 && backend.name !== "cpu") {
    refuseOther(options, backend.name, missing);
    log("the back end cannot train this model: the plain one does", {
      backend: backend.name,
      missing,
    });
    return await openLearner(plan, { ...options, prefer: "cpu" }, { signal, log });
  }
  const optimizer = openOptimizer(tf, plan.optimizer);
  stack.defer(() => optimizer.dispose());
  const owned = stack.move();
  return {
    learner: { tf, model, optimizer, loss: plan.loss },
    backend: describeBackend(backend),
    failed: backend.failed,
    [Symbol.asyncDispose]: async () => await owned.disposeAsync(),
  };
}

/** Where a back end is required, the plain one does not stand in for it. */
function refuseOther(
  options: TrainOptions["backend"],
  name: TensorBackendName,
  missing: readonly string[],
): void {
  const require = options?.require ?? threadPreference().require;
  if (require === undefined) return;
  const reason = `cannot train this model: it lacks ${missing.join(", ")}`;
  throw new BackendUnavailableError([{ name, label: name, reason }], require);
}

async function buildModel(tf: TensorFlow, { model, seed }: TrainingPlan): Promise<LayersModel> {
  if (typeof model !== "function") return await layersModelOf(tf, model);
  const layers = await importLayers();
  return await builtWhole(tf, async () => withRandom(seededRandom(seed), () => model(layers)));
}

function runFacts(run: TrainingRun): Readonly<Record<string, string | number>> {
  const { history, epochsBefore, batchesBefore, deviceMs, peakTensorBytes, peakMemoryBytes } = run;
  const last = history.at(-1);
  return {
    epochs: history.length,
    epochsOfEarlierAttempts: epochsBefore,
    batchesOfEarlierAttempts: batchesBefore,
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

function factsOf({ name, device }: BackendFacts): Readonly<Record<string, string>> {
  return { backend: name, device };
}
