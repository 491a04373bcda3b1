/** What decides whether an execution of a node gets a span. */
export interface Lasting {
  readonly state: string;
  readonly durationUs: number;
}

/** Spans of one run at most, unless it is told otherwise. */
export const MAX_SPANS = 200;

/** The executions of a run that are worth a span: those that did not have to be left out, the slowest if there are too many. */
export function worthSpans<T extends Lasting>(
  nodes: readonly T[],
  maxSpans: number = MAX_SPANS,
): readonly T[] {
  const ran = nodes.filter(isWorth);
  if (ran.length <= maxSpans) return ran;
  return ran.toSorted((a, b) => b.durationUs - a.durationUs).slice(0, maxSpans);
}

/** Whether an execution happened at all. */
export function isWorth({ state }: Lasting): boolean {
  return state !== "skipped";
}

/** Keeps the slowest of any number of executions in bounded memory. */
export class SlowestNodes<T extends Lasting> {
  readonly #max: number;
  #kept: T[] = [];
  #count = 0;

  /** @param max - how many are kept. */
  constructor(max: number) {
    this.#max = max;
  }

  add(node: T): void {
    if (!isWorth(node)) return;
    this.#count++;
    this.#kept.push(node);
    // twice as many as are wanted, so that sorting costs little for each
    if (this.#kept.length > 2 * this.#max) this.#kept = [...worthSpans(this.#kept, this.#max)];
  }

  /** The slowest so far. */
  get nodes(): readonly T[] {
    return worthSpans(this.#kept, this.#max);
  }

  /** How many there were beside those. */
  get leftOut(): number {
    return Math.max(0, this.#count - this.#max);
  }
}
