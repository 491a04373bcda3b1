export { assertNever } from "./assert-never.ts";
export { type ErrorRecord, errorOfRecord, toErrorRecord } from "./error-record.ts";
export { didYouMean, nearest } from "./nearest.ts";
export { type Disposition, isWeirError, WeirError, type WeirErrorOptions } from "./weir-error.ts";
