/** Older ones drop features in silence; services refuse them at connect too. */
export const MINIMUM_NATS_VERSION = "2.10.23";

/** The version that is pinned and tested. */
export const PINNED_NATS_VERSION = "2.14.0";

/** The first `1.2.3` in a text; `undefined` without one. */
export function findVersion(text: string): string | undefined {
  return /\d+\.\d+\.\d+/.exec(text)?.[0];
}

/**
 * Whether a version is at least another, number by number.
 *
 * @example
 * isAtLeast("2.9.10", "2.10.23"); // false
 */
export function isAtLeast(version: string, minimum: string): boolean {
  const [found, wanted] = [version, minimum].map((text) => text.split(".").map(Number));
  for (const [at, part] of (wanted ?? []).entries()) {
    const difference = (found?.[at] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
