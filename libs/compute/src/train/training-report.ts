import type { EpochResult } from "./training-options.ts";

/** Points of a curve that fit in one fact of lineage. */
const MAX_POINTS = 60;

/** How an epoch went, in words: `loss 0.1204, accuracy 0.9710, validation loss 0.1530`. */
export function epochText(result: EpochResult): string {
  const { loss, accuracy, validationLoss, validationAccuracy } = result;
  const parts = [
    ["loss", loss],
    ["accuracy", accuracy],
    ["validation loss", validationLoss],
    ["validation accuracy", validationAccuracy],
  ] as const;
  return parts
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value.toFixed(4)}`]))
    .join(", ");
}

/** The losses of all epochs, or of evenly spaced ones when there are many, as text: `0.61 0.34 0.21`. */
export function lossCurve(history: readonly EpochResult[]): string {
  return thinned(history, MAX_POINTS)
    .map(({ loss }) => loss.toPrecision(4))
    .join(" ");
}

/** All epochs, or some `count` evenly spaced ones when there are more; the first and the last are always among them. */
export function thinned(history: readonly EpochResult[], count: number): readonly EpochResult[] {
  const step = Math.max(1, Math.ceil(history.length / count));
  return history.filter((_, index) => index % step === 0 || index === history.length - 1);
}
