import type { DuckDBType } from "@duckdb/node-api";
import { InvalidColumnError } from "./errors.ts";

/** What a column becomes: a typed array of that element, or cells. */
export type ColumnKind =
  | "float64"
  | "float32"
  | "int32"
  | "int64"
  | "bigint"
  | "text"
  | "boolean"
  | "date";

/** What a result says about one of its columns. */
export interface ColumnFacts {
  readonly name: string;
  /** The name of its type, in capitals: `DECIMAL`. */
  readonly typeName: string;
  readonly type: DuckDBType;
}

/**
 * What a column becomes: by its type where numbers are exact, else all numbers become the same.
 *
 * @throws {@link InvalidColumnError} `duckdb/invalid-column` for a type that no column of a table has.
 */
export function kindOf({ name, typeName, type }: ColumnFacts, isExact: boolean): ColumnKind {
  const kind = KINDS.get(typeName);
  if (kind === undefined) throw unfit(name, String(type));
  return !isExact && NUMBERS.has(kind) ? "float64" : kind;
}

const NUMBERS: ReadonlySet<ColumnKind> = new Set([
  "float64",
  "float32",
  "int32",
  "int64",
  "bigint",
]);

const KINDS: ReadonlyMap<string, ColumnKind> = new Map([
  ["TINYINT", "int32"],
  ["SMALLINT", "int32"],
  ["INTEGER", "int32"],
  ["UTINYINT", "int32"],
  ["USMALLINT", "int32"],
  ["UINTEGER", "float64"],
  ["BIGINT", "int64"],
  ["UBIGINT", "bigint"],
  ["HUGEINT", "bigint"],
  ["UHUGEINT", "bigint"],
  ["BIGNUM", "bigint"],
  ["FLOAT", "float32"],
  ["DOUBLE", "float64"],
  ["DECIMAL", "float64"],
  ["BOOLEAN", "boolean"],
  ["VARCHAR", "text"],
  ["ENUM", "text"],
  ["UUID", "text"],
  ["SQLNULL", "text"],
  ["DATE", "date"],
  ["TIMESTAMP", "date"],
  ["TIMESTAMP_S", "date"],
  ["TIMESTAMP_MS", "date"],
  ["TIMESTAMP_NS", "date"],
  ["TIMESTAMP_TZ", "date"],
]);

function unfit(name: string, type: string): InvalidColumnError {
  return new InvalidColumnError(
    name,
    `is of the type ${type}, which no column of a table has`,
    HINTS.find(([pattern]) => pattern.test(type))?.[1] ??
      "select `cast(it as varchar)`, or leave it out",
  );
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /\]$/,
    "select `unnest(it)` for a row of each, or `cast(to_json(it) as varchar)`, or leave it out",
  ],
  [/^STRUCT/, "select its fields, `it.field`, or `cast(to_json(it) as varchar)`, or leave it out"],
  [/^MAP/, "select `it['key']`, or `cast(to_json(it) as varchar)`, or leave it out"],
  [/^BLOB/, "select `to_base64(it)`, or leave it out"],
  [/^(?:TIME|INTERVAL)/, "select `epoch(it)` for seconds, `cast(it as varchar)`, or leave it out"],
];
