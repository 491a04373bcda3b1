/**
 * How far numbers are from others, relative to the largest of those (at least 1): the largest distance counts.
 *
 * @returns infinity for other counts of numbers, and where one has a number and the other has none.
 */
export function difference(
  actual: readonly ArrayLike<number>[],
  expected: readonly ArrayLike<number>[],
): number {
  if (actual.length !== expected.length) return Infinity;
  return actual.reduce(
    (worst, numbers, index) => Math.max(worst, distance(numbers, expected[index] ?? [])),
    0,
  );
}

function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let largest = 1;
  let farthest = 0;
  for (let at = 0; at < actual.length; at += 1) {
    const wanted = expected[at] ?? 0;
    const apart = Math.abs((actual[at] ?? 0) - wanted);
    if (Number.isNaN(apart)) return Infinity;
    largest = Math.max(largest, Math.abs(wanted));
    farthest = Math.max(farthest, apart);
  }
  return farthest / largest;
}
