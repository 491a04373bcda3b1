import { trainingChart } from "./training-chart.ts";
import type { EpochResult, TrainContext } from "./training-options.ts";

/** What a chart of a training that goes on needs. */
export interface LiveChartOptions {
  readonly artifact: TrainContext["artifact"];
  /** The key of the artifact. */
  readonly key: string;
  /** At most so many there are to be. */
  readonly epochs: number;
  /** @default performance.now */
  readonly nowMs?: () => number;
}

const INTERVAL_MS = 1_000;

/** The chart of a training, which grows while it goes on: a picture an epoch, but never more than one a second. */
export class LiveChart {
  readonly #options: LiveChartOptions;
  #savedMs = -Infinity;

  constructor(options: LiveChartOptions) {
    this.#options = options;
  }

  /** An epoch is done. */
  epochDone(history: readonly EpochResult[]): void {
    const now = this.#options.nowMs?.() ?? performance.now();
    if (now - this.#savedMs < INTERVAL_MS) return;
    this.#savedMs = now;
    this.end(history);
  }

  /** The training is over, or stopped: this is how it went. */
  end(history: readonly EpochResult[]): void {
    if (history.length === 0) return;
    const { artifact, key, epochs } = this.#options;
    artifact({
      key,
      kind: "chart",
      title: "Training by epoch",
      mediaType: "image/svg+xml",
      body: trainingChart(history, epochs),
      replaces: true,
    });
  }
}
