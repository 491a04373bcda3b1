import { TrainingDataError } from "../errors.ts";
import { seededRandom, shuffledRows } from "../train/seeded-random.ts";

/** What is split, and how. */
export interface SplitOptions {
  /** Of each row, who or what it is about: rows of one group stay together. */
  readonly groups: ArrayLike<number | string>;
  /** About the share of rows that is kept for validation, 0 to 1. @default 0.2 */
  readonly validationRatio?: number;
  /** A whole number; the same one gives the same split, whatever the order of rows. @default 0 */
  readonly seed?: number;
}

/** Positions of rows, ascending. */
export interface Split {
  readonly trainRows: Int32Array;
  readonly validationRows: Int32Array;
}

/**
 * Splits rows so that no group is on both sides: what a model is measured by, it has never seen the like of.
 *
 * Groups are drawn until the share is reached, so one side never lacks a row.
 *
 * @throws {@link TrainingDataError} `compute/training-data` when there are not two groups, or the share is not between 0
 *   and 1.
 * @example
 * const { trainRows, validationRows } = splitByGroup({ groups: table.getChild("userId").toArray() });
 */
export function splitByGroup({ groups, validationRatio = 0.2, seed = 0 }: SplitOptions): Split {
  if (!(validationRatio > 0 && validationRatio < 1))
    throw new TrainingDataError(
      `validationRatio is ${validationRatio}`,
      "give a share of the rows between 0 and 1",
    );
  const held = heldGroups(Array.from(groups), validationRatio, seed);
  const rowsWhere = (isHeld: boolean): Int32Array =>
    Int32Array.from(
      Array.from(groups).flatMap((group, row) => (held.has(group) === isHeld ? [row] : [])),
    );
  return { trainRows: rowsWhere(false), validationRows: rowsWhere(true) };
}

function heldGroups(
  groups: readonly (number | string)[],
  ratio: number,
  seed: number,
): ReadonlySet<number | string> {
  const sizes = new Map<number | string, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const names = [...sizes.keys()].sort((a, b) => (`${typeof a}${a}` < `${typeof b}${b}` ? -1 : 1));
  if (names.length < 2)
    throw new TrainingDataError(
      `there are ${names.length} groups to split`,
      "group rows by something that has at least two values",
    );
  const held = new Set<number | string>();
  let rows = 0;
  for (const at of shuffledRows(names.length, seededRandom(seed))) {
    const name = names[at] ?? 0;
    if (rows >= ratio * groups.length || held.size === names.length - 1) break;
    held.add(name);
    rows += sizes.get(name) ?? 0;
  }
  return held;
}
