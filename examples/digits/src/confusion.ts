/** How many digits there are. */
export const DIGITS = 10;

/** Of each digit (row), how often it was read as each (column): 100 counts, row by row. */
export type Confusion = Uint32Array;

/** How well one digit is read. */
export interface DigitScore {
  readonly digit: number;
  /** Images that show it. */
  readonly count: number;
  /** The share of those images that are read right, 0 to 1. */
  readonly recall: number;
  /** The share of right ones among all that are read as this digit, 0 to 1. */
  readonly precision: number;
}

/** Counts what was read as what. */
export function confusionOf(wanted: Uint8Array, said: Uint8Array): Confusion {
  const counts = new Uint32Array(DIGITS * DIGITS);
  for (const [row, digit] of wanted.entries()) {
    const at = digit * DIGITS + (said[row] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

/** The share of what was read right, 0 to 1. */
export function accuracyOf(confusion: Confusion): number {
  const right = Array.from({ length: DIGITS }, (_, digit) => confusion[digit * (DIGITS + 1)] ?? 0);
  return share(sum(right), sum(confusion));
}

/** How well each digit is read. */
export function scoresOf(confusion: Confusion): readonly DigitScore[] {
  return Array.from({ length: DIGITS }, (_, digit) => {
    const right = confusion[digit * (DIGITS + 1)] ?? 0;
    const count = sum(confusion.subarray(digit * DIGITS, (digit + 1) * DIGITS));
    const said = sum(confusion.filter((_, at) => at % DIGITS === digit));
    return { digit, count, recall: share(right, count), precision: share(right, said) };
  });
}

/** The scores as CSV. */
export function scoresCsv(scores: readonly DigitScore[]): string {
  const lines = scores.map(({ digit, count, recall, precision }) =>
    [digit, count, recall.toFixed(4), precision.toFixed(4)].join(","),
  );
  return ["digit,images,recall,precision", ...lines, ""].join("\n");
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

/** Of nothing, everything is right. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}
