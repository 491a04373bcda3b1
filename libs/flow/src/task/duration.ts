/** A stretch of time in words: `500ms`, `30s`, `10m`, `2h`, `1d`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A duration in milliseconds, rounded.
 *
 * @returns `undefined` for a text that is none, which the type allows in part: `1e999s`, `-1s`.
 */
export function durationMs(duration: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration);
  if (match === null) return undefined;
  const [, count = "", unit = ""] = match;
  return Math.round(Number(count) * (UNIT_MS[unit] ?? 0));
}
