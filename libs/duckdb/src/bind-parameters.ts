import type { DuckDBPreparedStatement, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { didYouMean } from "@weirflow/errors";
import type { Driver } from "./driver.ts";
import { InvalidParameterError } from "./errors.ts";
import type { Parameter, Scalar } from "./options.ts";

/**
 * Gives a statement its parameters, each as what it is: nothing becomes part of the text.
 *
 * @throws {@link InvalidParameterError} `duckdb/invalid-parameter`.
 */
export function bindParameters(
  driver: Driver,
  statement: DuckDBPreparedStatement,
  parameters: Readonly<Record<string, Parameter>>,
): void {
  const wanted = namesOf(statement);
  for (const name of Object.keys(parameters))
    if (!wanted.includes(name))
      throw new InvalidParameterError(
        name,
        `has no place in the query: it has no $${name}${didYouMean(name, wanted)}`,
      );
  for (const name of wanted) {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined) throw new InvalidParameterError(name, "is missing");
    const bound = boundValue(driver, name, value);
    statement.bindValue(statement.parameterIndex(name), bound.value, bound.type);
  }
}

function namesOf(statement: DuckDBPreparedStatement): readonly string[] {
  return Array.from({ length: statement.parameterCount }, (_, i) => statement.parameterName(i + 1));
}

interface Bound {
  readonly value: DuckDBValue;
  readonly type: DuckDBType;
}

function boundValue(driver: Driver, name: string, value: Parameter): Bound {
  const cells = isList(value) ? value : [value];
  for (const cell of cells) checkCell(name, cell);
  const kinds = [...new Set(cells.map(kindOf))];
  if (kinds.length > 1) throw new InvalidParameterError(name, `mixes ${kinds.join(" and ")}`);
  const type = typeOf(driver, cells);
  const values = cells.map((cell) => duckdbValue(driver, cell));
  if (isList(value)) return { value: driver.listValue(values), type: driver.LIST(type) };
  return { value: values[0] ?? null, type };
}

function isList(value: Parameter): value is readonly Scalar[] {
  return Array.isArray(value);
}

/** What callers without types may pass, and what the driver would change without a word. */
function checkCell(name: string, cell: unknown): void {
  const why = cellFault(cell);
  if (why !== undefined) throw new InvalidParameterError(name, why);
}

function cellFault(cell: unknown): string | undefined {
  if (cell === null || typeof cell === "number" || typeof cell === "boolean") return undefined;
  if (typeof cell === "string")
    return cell.isWellFormed() ? undefined : "has half a character (a lone surrogate)";
  if (typeof cell === "bigint")
    return BigInt.asIntN(128, cell) === cell ? undefined : "has more than 128 bits";
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? "is an invalid date" : undefined;
  return `has a value of type ${Object.prototype.toString.call(cell).slice(8, -1)}`;
}

function kindOf(cell: Scalar): string {
  if (cell === null) return "null";
  return cell instanceof Date ? "date" : typeof cell;
}

/** Whole numbers are whole there too, so that they fit what expects them: `limit $n`. */
function typeOf(driver: Driver, cells: readonly Scalar[]): DuckDBType {
  const [first = null] = cells;
  if (first === null) return driver.SQLNULL;
  if (typeof first === "number") return cells.every(isWhole) ? driver.BIGINT : driver.DOUBLE;
  if (typeof first === "bigint") return driver.HUGEINT;
  if (typeof first === "boolean") return driver.BOOLEAN;
  return typeof first === "string" ? driver.VARCHAR : driver.TIMESTAMP;
}

function isWhole(cell: Scalar): boolean {
  return Number.isSafeInteger(cell) && !Object.is(cell, -0);
}

function duckdbValue({ DuckDBTimestampValue }: Driver, cell: Scalar): DuckDBValue {
  return cell instanceof Date ? new DuckDBTimestampValue(BigInt(cell.getTime()) * 1_000n) : cell;
}
