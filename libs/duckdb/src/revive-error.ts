import { type ErrorRecord, errorOfRecord, type WeirError } from "@weirflow/errors";
import {
  DriverMissingError,
  FileFormatError,
  ForbiddenError,
  InvalidColumnError,
  InvalidParameterError,
  MemoryLimitError,
  QueryError,
} from "./errors.ts";

/** The error of a class of ours that another process threw: made again of its facts. */
export function reviveError({ code, message, data = {}, cause }: ErrorRecord): WeirError {
  const make = MAKERS[code];
  const why = cause === undefined ? undefined : errorOfRecord(cause);
  return make === undefined ? new QueryError(message, undefined, why) : make(data, why);
}

type Facts = Readonly<Record<string, unknown>>;

const MAKERS: Readonly<Record<string, (facts: Facts, cause: unknown) => WeirError>> = {
  "duckdb/file-format": (facts, cause) =>
    new FileFormatError(text(facts, "path"), text(facts, "why"), cause),
  "duckdb/query": (facts, cause) =>
    new QueryError(text(facts, "why"), text(facts, "hint") || undefined, cause),
  "duckdb/forbidden": (facts, cause) => new ForbiddenError(text(facts, "why"), cause),
  "duckdb/invalid-parameter": (facts) =>
    new InvalidParameterError(text(facts, "parameter"), text(facts, "why")),
  "duckdb/invalid-column": (facts, cause) =>
    new InvalidColumnError(text(facts, "column"), text(facts, "why"), text(facts, "hint"), cause),
  "duckdb/memory-limit": (facts, cause) =>
    new MemoryLimitError(Number(facts["memoryBytes"]), cause),
  "duckdb/driver-missing": (_, cause) => new DriverMissingError(cause),
};

function text(facts: Facts, name: string): string {
  const value = facts[name];
  return typeof value === "string" ? value : "";
}
