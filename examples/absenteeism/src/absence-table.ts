import { MissingColumnError } from "./errors.ts";

/** One column of a table: a number for each row. */
export type Series = Float64Array;

/** A table as its source names it: one series for each column. */
export type RawTable = Readonly<Record<string, Series>>;

/** The columns of the dataset as it is published, in its order. */
export const sourceColumns = [
  "ID",
  "Reason for absence",
  "Month of absence",
  "Day of the week",
  "Seasons",
  "Transportation expense",
  "Distance from Residence to Work",
  "Service time",
  "Age",
  "Work load Average/day",
  "Hit target",
  "Disciplinary failure",
  "Education",
  "Son",
  "Social drinker",
  "Social smoker",
  "Pet",
  "Weight",
  "Height",
  "Body mass index",
  "Absenteeism time in hours",
] as const;

/** The columns that the features are made from, by the names that they have in the graph. */
export const usedColumns = [
  "id",
  "reasonForAbsence",
  "monthOfAbsence",
  "dayOfTheWeek",
  "distanceFromResidenceToWork",
  "serviceTime",
  "age",
  "son",
  "pet",
  "socialDrinker",
  "socialSmoker",
  "absenteeismTimeInHours",
] as const;

/** A table with at least the columns that are used; all its series are equally long. */
export type AbsenceTable = RawTable & Readonly<Record<(typeof usedColumns)[number], Series>>;

/** `"Work load Average/day "` becomes `workLoadAverageDay`. */
export function camelCase(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word, index) => (index === 0 ? word : capitalised(word))).join("");
}

/**
 * Renames every column to camelCase and checks that none is missing.
 *
 * @throws {@link MissingColumnError} `absenteeism/missing-column`.
 */
export function renameColumns(table: RawTable): AbsenceTable {
  return complete(mapColumns(table, (name, series) => [camelCase(name), series]));
}

/** The first rows, as many as there are up to `count`. */
export function firstRows(table: AbsenceTable, count: number): AbsenceTable {
  return complete(mapColumns(table, (name, series) => [name, series.slice(0, count)]));
}

function mapColumns(
  table: RawTable,
  change: (name: string, series: Series) => readonly [string, Series],
): RawTable {
  return Object.fromEntries(Object.entries(table).map(([name, series]) => change(name, series)));
}

function complete(table: RawTable): AbsenceTable {
  if (hasUsedColumns(table)) return table;
  const missing = usedColumns.find((name) => table[name] === undefined) ?? "";
  throw new MissingColumnError(missing, Object.keys(table));
}

function hasUsedColumns(table: RawTable): table is AbsenceTable {
  return usedColumns.every((name) => table[name] !== undefined);
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
