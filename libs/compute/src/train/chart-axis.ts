/** What an axis spans, and the values that are written at it, in ascending order. */
export interface ChartAxis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

/** Smaller differences are drawn as none. */
const LEAST_SPAN = 1e-300;
const VALUE_TICKS = 5;
const EPOCH_TICKS = 8;

/** An axis that begins and ends at round values around both: steps of 1, 2 or 5 times a power of ten. */
export function valueAxis(low: number, high: number): ChartAxis {
  const step = roundStep(high > low ? high - low : Math.abs(high), VALUE_TICKS);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = multiples(step, first, last);
  return { from: undusted(first * step), to: undusted(last * step), ticks };
}

/** An axis of the epochs 1 to `last`, of which only whole ones are written. */
export function epochAxis(last: number): ChartAxis {
  const step = Math.max(1, roundStep(last - 1, EPOCH_TICKS));
  const whole = multiples(step, 1, Math.floor(last / step));
  return { from: 1, to: Math.max(2, last), ticks: step === 1 ? whole : [1, ...whole] };
}

/** The least step of 1, 2 or 5 times a power of ten of which `count` span `span`. */
function roundStep(span: number, count: number): number {
  const rough = Math.max(span, LEAST_SPAN) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function multiples(step: number, first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    undusted((first + i) * step),
  );
}

/** Without the dust of binary fractions: 0.30000000000000004 is 0.3. */
function undusted(value: number): number {
  return Number(value.toPrecision(12));
}
