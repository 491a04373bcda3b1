import { setImmediate as nextTurn } from "node:timers/promises";
import { rowsOf } from "../data/dense-array.ts";
import { TrainingDivergedError, UnreadableModelError } from "../errors.ts";
import { batchAt, weighted } from "./batches.ts";
import { isBest } from "./early-stop.ts";
import type { LiveChart } from "./live-chart.ts";
import { type Learner, learn, measure } from "./learner.ts";
import { setWeights, weightsOf } from "./layers-model.ts";
import { optimizerState, restoreOptimizer } from "./optimizer.ts";
import { seededRandom, shuffledRows } from "./seeded-random.ts";
import type { EpochResult, Samples, TrainContext } from "./training-options.ts";
import type { TrainingPlan } from "./training-plan.ts";
import { epochText } from "./training-report.ts";
import {
  type EpochSums,
  noSums,
  packState,
  type TrainingState,
  unpackState,
} from "./training-state.ts";

/** What a run of a training works with. */
export interface TrainingParts {
  readonly plan: TrainingPlan;
  readonly learner: Learner;
  /** Aborted when the device fails that the learner computes on. */
  readonly failed: AbortSignal;
  readonly context: TrainContext;
  readonly chart: Pick<LiveChart, "epochDone">;
  /** Tells this training from others, whose checkpoints are of no use. */
  readonly fingerprint: string;
}

/** Where a training is, without its weights. */
type Position = Omit<TrainingState, "weights" | "optimizer">;

const REPORT_EVERY_MS = 500;
const START: Position = { epoch: 1, batch: 0, sums: noSums, history: [] };

/**
 * One training, batch by batch.
 *
 * 1. Everything random follows from seed, epoch and batch, so a training that goes on takes the steps that it would have
 *    taken.
 * 2. Between two batches the thread is given back once, so that a request to stop is heard.
 * 3. Asked to stop, it saves where it is before it ends.
 * 4. Nothing is saved that was read from a device after it failed.
 */
export class TrainingRun {
  readonly #parts: TrainingParts;
  #at: Position = START;
  #savedMs = performance.now();
  #reportedMs = 0;
  /** Epochs that an earlier attempt has made. */
  epochsBefore = 0;
  /** Steps of earlier attempts that did not have to be taken again. */
  batchesBefore = 0;
  /** Time in steps, until their result was there. */
  deviceMs = 0;
  peakTensorBytes = 0;
  peakMemoryBytes = 0;

  constructor(parts: TrainingParts) {
    this.#parts = parts;
  }

  /** The epochs that are done. */
  get history(): readonly EpochResult[] {
    return this.#at.history;
  }

  /** Goes on where an earlier attempt of the same training was; else stays at the start. */
  async resume(): Promise<void> {
    const { context, learner, fingerprint, plan } = this.#parts;
    const bytes = await context.checkpoint.load();
    if (bytes === undefined) return;
    const state = readState(bytes, fingerprint, context.log);
    if (state === undefined) return;
    const { weights, optimizer, ...at } = state;
    setWeights(learner.tf, learner.model, weights);
    await restoreOptimizer(learner.tf, learner.optimizer, optimizer);
    this.#at = at;
    this.epochsBefore = at.history.length;
    this.batchesBefore = (at.epoch - 1) * plan.batches + at.batch;
    context.log("training goes on", { epoch: at.epoch, batch: at.batch });
  }

  /** Trains until the last epoch or an early stop. The model then has its best weights, if it was asked for them. */
  async toEnd(): Promise<void> {
    const { plan, learner } = this.#parts;
    while (this.#at.epoch <= plan.epochs && !this.#isPatienceLost()) await this.#epoch();
    const { best } = this.#at;
    if (best !== undefined) setWeights(learner.tf, learner.model, best.weights);
  }

  #isPatienceLost(): boolean {
    const { earlyStopping } = this.#parts.plan;
    const { best, history } = this.#at;
    if (earlyStopping === undefined || best === undefined) return false;
    return history.length - best.epoch >= earlyStopping.patience;
  }

  async #epoch(): Promise<void> {
    const { plan } = this.#parts;
    const { epoch } = this.#at;
    const rows = shuffledRows(rowsOf(plan.data.x), seededRandom(plan.seed, epoch));
    while (this.#at.batch < plan.batches) {
      await this.#breathe();
      await this.#batch(rows);
    }
    const result = await this.#resultOf(epoch);
    await this.#close(result);
  }

  async #batch(rows: Int32Array): Promise<void> {
    const { plan, learner } = this.#parts;
    const { epoch, batch, sums } = this.#at;
    const some = rows.subarray(batch * plan.batchSize, (batch + 1) * plan.batchSize);
    const plain = batchAt(plan.data, some);
    const { classWeights } = plan;
    const counted = classWeights === undefined ? plain : weighted(plain, classWeights);
    const begun = performance.now();
    const result = await learn(learner, counted, seededRandom(plan.seed, epoch, batch + 1));
    this.deviceMs += performance.now() - begun;
    if (!Number.isFinite(result.loss)) throw new TrainingDivergedError(epoch, result.loss);
    this.#at = { ...this.#at, batch: batch + 1, sums: added(sums, result) };
    this.#report();
  }

  /** Lets others have the thread, and hears whether to stop or to save. */
  async #breathe(): Promise<void> {
    const { plan, context } = this.#parts;
    await nextTurn();
    const isLate = performance.now() - this.#savedMs >= plan.checkpoint.everySeconds * 1_000;
    if ((isLate || context.signal.aborted) && !this.#isAtStart()) await this.#save();
    context.signal.throwIfAborted();
  }

  #isAtStart(): boolean {
    return this.#at.epoch === 1 && this.#at.batch === 0;
  }

  async #resultOf(epoch: number): Promise<EpochResult> {
    const { loss, accuracy } = means(this.#at.sums, this.#parts.plan.loss);
    const { validation } = this.#parts.plan;
    const base = { epoch, loss, ...(accuracy === undefined ? {} : { accuracy }) };
    if (validation === undefined) return base;
    const measured = means(await this.#measure(validation), this.#parts.plan.loss);
    return {
      ...base,
      validationLoss: measured.loss,
      ...(measured.accuracy === undefined ? {} : { validationAccuracy: measured.accuracy }),
    };
  }

  async #measure(samples: Samples): Promise<EpochSums> {
    const { learner, plan } = this.#parts;
    const count = rowsOf(samples.x);
    let sums = noSums;
    for (let from = 0; from < count; from += plan.batchSize) {
      await this.#breathe();
      const length = Math.min(plan.batchSize, count - from);
      const rows = Int32Array.from({ length }, (_, index) => from + index);
      sums = added(sums, await measure(learner, batchAt(samples, rows)));
    }
    return sums;
  }

  /** Ends an epoch: takes down how it went, and saves when it is time. */
  async #close(result: EpochResult): Promise<void> {
    const { plan, learner, context, chart } = this.#parts;
    const { earlyStopping } = plan;
    const isBetter = earlyStopping !== undefined && isBest(result, this.#at.best, earlyStopping);
    const best = isBetter
      ? {
          epoch: result.epoch,
          value: result[earlyStopping.metric] ?? 0,
          weights: await weightsOf(learner.model),
        }
      : this.#at.best;
    const history = [...this.#at.history, result];
    this.#at = { epoch: result.epoch + 1, batch: 0, sums: noSums, history, best };
    this.#measureMemory();
    context.progress(result.epoch, plan.epochs, epochText(result));
    chart.epochDone(history);
    context.log("epoch done", { ...result });
    if (result.epoch % plan.checkpoint.everyEpochs === 0) await this.#save();
  }

  async #save(): Promise<void> {
    const { learner, failed, context, fingerprint } = this.#parts;
    const weights = await weightsOf(learner.model);
    const optimizer = await optimizerState(learner.optimizer);
    await nextTurn(); // a failure may be told after what was read
    failed.throwIfAborted();
    const bytes = packState({ ...this.#at, weights, optimizer }, fingerprint);
    this.#savedMs = performance.now();
    try {
      await context.checkpoint.save(bytes);
    } catch (error) {
      // only an attempt that follows would have missed it
      context.log("the checkpoint could not be saved: training goes on without", {
        error: String(error),
      });
    }
  }

  #report(): void {
    const now = performance.now();
    if (now - this.#reportedMs < REPORT_EVERY_MS) return;
    this.#reportedMs = now;
    const { plan, context } = this.#parts;
    const { epoch, batch, sums } = this.#at;
    const text = `epoch ${epoch}, batch ${batch} of ${plan.batches}, ${epochText({ epoch, ...means(sums, plan.loss) })}`;
    context.progress(epoch - 1, plan.epochs, text);
  }

  #measureMemory(): void {
    const { numBytes } = this.#parts.learner.tf.memory();
    this.peakTensorBytes = Math.max(this.peakTensorBytes, numBytes);
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, process.memoryUsage.rss());
  }
}

function readState(
  bytes: Uint8Array,
  fingerprint: string,
  log: TrainContext["log"],
): TrainingState | undefined {
  try {
    const state = unpackState(bytes, fingerprint);
    if (state === undefined) log("the checkpoint is of another training: it is left alone");
    return state;
  } catch (error) {
    if (!(error instanceof UnreadableModelError)) throw error;
    log("the checkpoint is unreadable: training starts anew", { error: error.message });
    return undefined;
  }
}

function added(a: EpochSums, b: EpochSums): EpochSums {
  return { loss: a.loss + b.loss, right: a.right + b.right, samples: a.samples + b.samples };
}

function means(
  { loss, right, samples }: EpochSums,
  kind: TrainingPlan["loss"],
): Pick<EpochResult, "loss" | "accuracy"> {
  const mean = { loss: loss / samples };
  return kind === "meanSquaredError" ? mean : { ...mean, accuracy: right / samples };
}
