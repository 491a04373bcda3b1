/** Numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/**
 * Numbers that depend on nothing but what is given: the same seed and stream give the same ones on every machine.
 *
 * The generator is mulberry32: fast and even, not for secrets.
 *
 * @param stream - what tells sequences of one seed apart, such as epoch and batch.
 * @example
 * const random = seededRandom(7, 3);
 */
export function seededRandom(seed: number, ...stream: readonly number[]): Random {
  let state = stream.reduce((mixed, part) => scramble(mixed ^ part), scramble(seed));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    return scramble(state) / 2 ** 32;
  };
}

/** One round of mulberry32: a whole number below 2³². */
function scramble(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

/** The numbers from 0 to `count` − 1 in random order (Fisher and Yates). */
export function shuffledRows(count: number, random: Random): Int32Array {
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const row = rows[last] ?? 0;
    rows[last] = rows[other] ?? 0;
    rows[other] = row;
  }
  return rows;
}

/**
 * Calls `fn` while everything that asks `Math.random` gets these numbers: TensorFlow.js draws weights and dropped units
 * from it. Only for what does not wait, so that nobody else sees it.
 */
export function withRandom<T>(random: Random, fn: () => T): T {
  const own = Math.random;
  Math.random = random;
  try {
    return fn();
  } finally {
    Math.random = own;
  }
}
