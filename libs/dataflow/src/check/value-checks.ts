import { listNames } from "../errors.ts";
import type { CheckOptions } from "../modifier/node.ts";

/** One value, or many: a list, a typed array, a column of a table. `null`, `undefined` and `NaN` are missing. */
export type Checked<T> = T | null | undefined | Iterable<T | null | undefined>;

/** What becomes of a node whose value fails; every check takes it. */
export interface OnFail {
  /** @default "fail" */
  readonly onFail?: "warn" | "fail";
}

/** Ends that belong to the range. */
export interface Bounds extends OnFail {
  /** @default -Infinity */
  readonly min?: number;
  /** @default Infinity */
  readonly max?: number;
}

/**
 * Every number lies in a range; missing ones do not count.
 *
 * @example
 * export const share = node(fit, { check: inRange({ min: 0, max: 1 }) });
 */
export function inRange({ min, max, onFail }: Bounds): CheckOptions<Checked<number>> {
  return checkOf("range", onFail, (value) =>
    everyPresent(value, (one) => isWithin(one, { min, max }), `outside ${rangeText({ min, max })}`),
  );
}

/** Every value is one of these; missing ones do not count. */
export function oneOf<T extends string | number | boolean>(
  allowed: readonly T[],
  { onFail }: OnFail = {},
): CheckOptions<Checked<T>> {
  const set = new Set<unknown>(allowed);
  return checkOf("oneOf", onFail, (value) =>
    everyPresent(value, (one) => set.has(one), `none of ${listNames(allowed.map(String))}`),
  );
}

/** Nothing is missing. */
export function notNull({ onFail }: OnFail = {}): CheckOptions<unknown> {
  return checkOf("notNull", onFail, (value) => {
    const { missing, count } = countMissing(value);
    return missing === 0 || `${missing} of ${count} are missing`;
  });
}

/** At most this part is missing, 0 to 1; an empty list misses nothing. */
export function maxNullFraction(ratio: number, { onFail }: OnFail = {}): CheckOptions<unknown> {
  return checkOf("maxNullFraction", onFail, (value) => {
    const { missing, count } = countMissing(value);
    return missing <= ratio * count || `${missing} of ${count} are missing, more than ${ratio}`;
  });
}

/** The mean of the numbers that are there lies in a range. */
export function meanBetween({ min, max, onFail }: Bounds): CheckOptions<Checked<number>> {
  return checkOf("mean", onFail, (value) => {
    const { mean } = momentsOf(value);
    return isWithin(mean, { min, max }) || `the mean ${mean} is outside ${rangeText({ min, max })}`;
  });
}

/** The sample standard deviation (n − 1) of the numbers that are there lies in a range. */
export function deviationBetween({ min, max, onFail }: Bounds): CheckOptions<Checked<number>> {
  return checkOf("standardDeviation", onFail, (value) => {
    const { deviation } = momentsOf(value);
    return (
      isWithin(deviation, { min, max }) ||
      `the standard deviation ${deviation} is outside ${rangeText({ min, max })}`
    );
  });
}

/** All of these occur: elements of a list, parts of a text, or keys of a record. */
export function contains(
  wanted: readonly (string | number | boolean)[],
  { onFail }: OnFail = {},
): CheckOptions<unknown> {
  return checkOf("contains", onFail, (value) => {
    const lacking = wanted.filter((one) => !holds(value, one));
    return lacking.length === 0 || `it lacks ${listNames(lacking.map(String))}`;
  });
}

function checkOf<T>(
  name: string,
  onFail: OnFail["onFail"],
  test: (value: T) => true | string,
): CheckOptions<T> {
  return { name, test, ...(onFail === undefined ? {} : { onFail }) };
}

function everyPresent(
  value: unknown,
  isFine: (one: unknown) => boolean,
  wrong: string,
): true | string {
  let bad = 0;
  let first: unknown;
  for (const one of elementsOf(value)) {
    if (isMissing(one) || isFine(one)) continue;
    if (bad === 0) first = one;
    bad += 1;
  }
  if (bad === 0) return true;
  return bad === 1
    ? `${String(first)} is ${wrong}`
    : `${String(first)} and ${bad - 1} more are ${wrong}`;
}

function isWithin(one: unknown, { min = -Infinity, max = Infinity }: Range): boolean {
  return typeof one === "number" && one >= min && one <= max;
}

interface Range {
  readonly min: number | undefined;
  readonly max: number | undefined;
}

function rangeText({ min = -Infinity, max = Infinity }: Range): string {
  return `${min} to ${max}`;
}

function countMissing(value: unknown): { readonly missing: number; readonly count: number } {
  let missing = 0;
  let count = 0;
  for (const one of elementsOf(value)) {
    count += 1;
    if (isMissing(one)) missing += 1;
  }
  return { missing, count };
}

/** In one pass that keeps its precision (Welford). */
function momentsOf(value: unknown): { readonly mean: number; readonly deviation: number } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const one of elementsOf(value)) {
    if (typeof one !== "number" || isMissing(one)) continue;
    count += 1;
    const apart = one - mean;
    mean += apart / count;
    squares += apart * (one - mean);
  }
  return { mean: count === 0 ? Number.NaN : mean, deviation: Math.sqrt(squares / (count - 1)) };
}

function holds(value: unknown, wanted: string | number | boolean): boolean {
  if (typeof value === "string") return value.includes(String(wanted));
  if (isIterable(value)) return new Set(value).has(wanted);
  return typeof value === "object" && value !== null && Object.hasOwn(value, String(wanted));
}

function elementsOf(value: unknown): Iterable<unknown> {
  return isIterable(value) ? value : [value];
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function isMissing(one: unknown): boolean {
  return one == null || Number.isNaN(one);
}
