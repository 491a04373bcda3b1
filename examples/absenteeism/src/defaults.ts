/** The users whose rows are kept for validation. */
export const defaultValidationUserIds: readonly number[] = [1, 2, 4, 15, 17, 24, 36];

/** The columns of the features table that the model sees. */
export const defaultFeatureSet: readonly string[] = [
  "ageZeroMeanUnitVariance",
  "hasChildren",
  "hasPet",
  "isSummer",
  "serviceTime",
];

/** The column to predict. */
export const defaultLabel = "absenteeismTimeInHours";

/** An absence of so many hours or more is a long one. */
export const longAbsenceHours = 4;
