import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { type RawTable, sourceColumns } from "./absence-table.ts";

const userCount = 36;
const rowCount = 740;

/** Hours of an absence, from short visits to long illnesses, as often as they occur in the real table. */
const shortHours = [0, 1, 1, 2, 2, 2, 3, 3, 4];
const longHours = [4, 8, 8, 8, 8, 8, 16, 24, 40, 112];

type Row = Readonly<Record<(typeof sourceColumns)[number], number>>;
type User = Omit<
  Row,
  | "Reason for absence"
  | "Month of absence"
  | "Day of the week"
  | "Seasons"
  | "Work load Average/day"
  | "Hit target"
  | "Disciplinary failure"
  | "Absenteeism time in hours"
>;

/**
 * Makes up a table with the 21 columns of the real one: 740 absences of 36 users, all of whom occur.
 *
 * Values are in the real ranges, and long absences are likelier for users with children and less likely for those with
 * pets, so that a model finds something. The same seed gives the same table everywhere.
 *
 * @param seed - a whole number.
 */
export function sampleTable(seed: number): RawTable {
  const random = xoroshiro128plus(seed);
  const users = Array.from({ length: userCount }, (_, index) => makeUser(random, index + 1));
  const rows = Array.from({ length: rowCount }, (_, index) => {
    const user = users[index < userCount ? index : uniformInt(random, 0, userCount - 1)];
    return makeRow(random, user ?? makeUser(random, 1));
  });
  return Object.fromEntries(
    sourceColumns.map((name) => [name, Float64Array.from(rows, (row) => row[name])]),
  );
}

function makeUser(random: RandomGenerator, id: number): User {
  const age = uniformInt(random, 27, 58);
  const height = uniformInt(random, 163, 196);
  const weight = uniformInt(random, 56, 108);
  return {
    ID: id,
    "Transportation expense": uniformInt(random, 118, 388),
    "Distance from Residence to Work": uniformInt(random, 5, 52),
    "Service time": uniformInt(random, 1, Math.min(29, age - 18)),
    Age: age,
    Education: oneOf(random, [1, 1, 1, 1, 1, 1, 2, 3, 3, 4]),
    Son: oneOf(random, [0, 0, 0, 1, 1, 2, 2, 3, 4]),
    "Social drinker": oneOf(random, [0, 1]),
    "Social smoker": oneOf(random, [0, 0, 0, 0, 0, 0, 1]),
    Pet: oneOf(random, [0, 0, 0, 0, 1, 1, 2, 4, 8]),
    Weight: weight,
    Height: height,
    "Body mass index": Math.round(weight / (height / 100) ** 2),
  };
}

function makeRow(random: RandomGenerator, user: User): Row {
  const month = uniformInt(random, 1, 12);
  const isLong =
    uniformFloat64(random) < 0.4 + (user.Son > 0 ? 0.25 : 0) - (user.Pet > 0 ? 0.15 : 0);
  return {
    ...user,
    "Reason for absence": uniformInt(random, 0, 28),
    "Month of absence": month,
    "Day of the week": uniformInt(random, 2, 6),
    Seasons: (Math.floor(month / 3) % 4) + 1,
    "Work load Average/day": uniformInt(random, 205_917, 378_884) / 1_000,
    "Hit target": uniformInt(random, 81, 100),
    "Disciplinary failure": oneOf(random, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    "Absenteeism time in hours": oneOf(random, isLong ? longHours : shortHours),
  };
}

function oneOf(random: RandomGenerator, values: readonly number[]): number {
  return values[uniformInt(random, 0, values.length - 1)] ?? 0;
}
