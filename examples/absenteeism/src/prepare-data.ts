/** Function module: from the raw table to the features table. Every export is a node of the graph. */
import { mean, sampleStandardDeviation } from "simple-statistics";
import { choose, columns, fields, node, type NodeContext } from "weirflow";
import {
  type AbsenceTable,
  firstRows,
  type RawTable,
  renameColumns,
  type Series,
  usedColumns,
} from "./absence-table.ts";
import { type FeaturesTable, makeFeaturesTable } from "./features-table.ts";
import { readTable } from "./read-table.ts";

const developmentRows = 20;
const summerMonths: ReadonlySet<number> = new Set([1, 2, 12]);

/** The table as it is published. Read anew each time: a path says nothing about what is behind it. */
export const rawTable = node(
  async ({ rawData }: { rawData: string }, { signal }: NodeContext): Promise<RawTable> =>
    await readTable(rawData, signal),
  { cache: "disable", tags: { stage: "load" } },
);

const allRows = ({ rawTable }: { rawTable: RawTable }): AbsenceTable => renameColumns(rawTable);
const someRows = ({ rawTable }: { rawTable: RawTable }): AbsenceTable =>
  firstRows(renameColumns(rawTable), developmentRows);

/** All absences, or the first 20 while developing, with names in camelCase. */
export const absences = choose("developmentFlag", { false: allRows, true: someRows });

/** The columns that the features are made from. */
export const {
  id,
  reasonForAbsence,
  monthOfAbsence,
  dayOfTheWeek,
  distanceFromResidenceToWork,
  serviceTime,
  age,
  son,
  pet,
  socialDrinker,
  socialSmoker,
  absenteeismTimeInHours,
} = columns(absences, ...usedColumns);

/** Average of age, in years. */
export const ageMean = ({ age }: { age: Series }): number => mean(Array.from(age));

/** Age less its average, in years. */
export const ageZeroMean = ({ age, ageMean }: { age: Series; ageMean: number }): Series =>
  age.map((years) => years - ageMean);

/** Sample standard deviation of age (n − 1), in years. */
export const ageStandardDeviation = ({ age }: { age: Series }): number =>
  sampleStandardDeviation(Array.from(age));

/** Age with mean 0 and variance 1. */
export const ageZeroMeanUnitVariance = ({
  ageZeroMean,
  ageStandardDeviation,
}: {
  ageZeroMean: Series;
  ageStandardDeviation: number;
}): Series => ageZeroMean.map((years) => years / ageStandardDeviation);

/** 1 for users with children. */
export const hasChildren = ({ son }: { son: Series }): Series =>
  son.map((count) => flag(count > 0));

/** 1 for users with pets. */
export const hasPet = ({ pet }: { pet: Series }): Series => pet.map((count) => flag(count > 0));

/** 1 in December, January and February: summer in Brazil, where the data come from. */
export const isSummer = ({ monthOfAbsence }: { monthOfAbsence: Series }): Series =>
  monthOfAbsence.map((month) => flag(summerMonths.has(month)));

/** For each working day, 1 on that day and 0 on others; Monday is 2. */
export const oneHotDays = ({ dayOfTheWeek }: { dayOfTheWeek: Series }) => ({
  dayOfTheWeek2: equals(dayOfTheWeek, 2),
  dayOfTheWeek3: equals(dayOfTheWeek, 3),
  dayOfTheWeek4: equals(dayOfTheWeek, 4),
  dayOfTheWeek5: equals(dayOfTheWeek, 5),
  dayOfTheWeek6: equals(dayOfTheWeek, 6),
});

/** Each working day by itself. */
export const { dayOfTheWeek2, dayOfTheWeek3, dayOfTheWeek4, dayOfTheWeek5, dayOfTheWeek6 } =
  fields(oneHotDays);

/** Every feature, and the label `absenteeismTimeInHours`. */
export const featuresTable = ({
  id,
  reasonForAbsence,
  distanceFromResidenceToWork,
  serviceTime,
  socialDrinker,
  socialSmoker,
  ageZeroMeanUnitVariance,
  hasChildren,
  hasPet,
  isSummer,
  dayOfTheWeek2,
  dayOfTheWeek3,
  dayOfTheWeek4,
  dayOfTheWeek5,
  dayOfTheWeek6,
  absenteeismTimeInHours,
}: Readonly<Record<FeatureColumn, Series>>): FeaturesTable =>
  makeFeaturesTable({
    id,
    reasonForAbsence,
    distanceFromResidenceToWork,
    serviceTime,
    socialDrinker,
    socialSmoker,
    ageZeroMeanUnitVariance,
    hasChildren,
    hasPet,
    isSummer,
    dayOfTheWeek2,
    dayOfTheWeek3,
    dayOfTheWeek4,
    dayOfTheWeek5,
    dayOfTheWeek6,
    absenteeismTimeInHours,
  });

type FeatureColumn =
  | "id"
  | "reasonForAbsence"
  | "distanceFromResidenceToWork"
  | "serviceTime"
  | "socialDrinker"
  | "socialSmoker"
  | "ageZeroMeanUnitVariance"
  | "hasChildren"
  | "hasPet"
  | "isSummer"
  | "dayOfTheWeek2"
  | "dayOfTheWeek3"
  | "dayOfTheWeek4"
  | "dayOfTheWeek5"
  | "dayOfTheWeek6"
  | "absenteeismTimeInHours";

function flag(holds: boolean): number {
  return holds ? 1 : 0;
}

function equals(series: Series, value: number): Series {
  return series.map((each) => flag(each === value));
}
