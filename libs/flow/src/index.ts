export { InvalidScheduleError, InvalidSchemaError } from "./errors.ts";
export {
  evaluateExpression,
  type MadeValue,
  needsOf,
  resolveInput,
  type Scope,
} from "./json/evaluate-expression.ts";
export { matchesEvent, paramsFromEvent } from "./json/match-event.ts";
export {
  type JsonProblem,
  jsonValidator,
  type JsonVerdict,
  validateJson,
} from "./json/validate-json.ts";
export {
  checkSchedule,
  lastOccurrence,
  nextOccurrence,
  occurrencesBetween,
  type Recurrence,
  type Stretch,
} from "./schedule/occurrences.ts";
