import { distance } from "fastest-levenshtein";

/**
 * The candidate that a person most likely meant by `word`, for a "did you mean".
 *
 * @returns `undefined` when nothing is near: more than a third of the letters would have to change.
 * @example
 * nearest("featureSet", ["featuresTable", "featureSets"]); // "featureSets"
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) > limit) continue;
    const changes = candidate.toLowerCase() === word.toLowerCase() ? 0 : distance(word, candidate);
    if (changes < bestDistance) [best, bestDistance] = [candidate, changes];
  }
  return best;
}

/**
 * The words `; did you mean "x"?`, or nothing when nothing is near.
 *
 * @example
 * `no node "${name}"${didYouMean(name, names)}`;
 */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === undefined ? "" : `; did you mean "${found}"?`;
}
