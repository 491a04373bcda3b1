import type { DuckDBConnection, DuckDBPreparedStatement } from "@duckdb/node-api";
import { didYouMean } from "@weirflow/errors";
import type { Driver } from "./driver.ts";
import { ForbiddenError, InvalidColumnError, QueryError } from "./errors.ts";
import { quoted } from "./quoted.ts";
import type { QueryPlan } from "./options.ts";

/** The column of the row that closes a result. */
const CLOSES = "weir_closes";

/**
 * The `select` that was asked for, once it is seen that it is one, and one alone.
 *
 * @throws {@link ForbiddenError} `duckdb/forbidden`, {@link InvalidColumnError} `duckdb/invalid-column`,
 * {@link QueryError} `duckdb/query`.
 */
export async function selectText(
  driver: Driver,
  connection: DuckDBConnection,
  { sql, columns }: QueryPlan,
): Promise<string> {
  const statement = await prepareOne(connection, sql);
  if (statement.statementType !== driver.StatementType.SELECT)
    throw new ForbiddenError("it is no `select`");
  const names = namesOf(statement);
  checkTwice(names);
  const text = sql.replace(/[\s;]+$/, "");
  if (columns.length === 0) return text;
  checkTwice(columns);
  for (const name of columns) if (!names.includes(name)) throw unknownColumn(name, names);
  return `select ${columns.map(quoted).join(", ")} from (${text}\n)`;
}

async function prepareOne(
  connection: DuckDBConnection,
  sql: string,
): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql).catch((error: unknown) => {
    if (error instanceof Error && error.message === NO_STATEMENT)
      throw new QueryError("there is no statement in it");
    throw error;
  });
  if (statements.count !== 1) throw new ForbiddenError(`it is ${statements.count} statements`);
  return await statements.prepare(0);
}

/** What the driver says of a text without a statement. */
const NO_STATEMENT = "Error in native callback";

/** None where types depend on parameters: then the driver knows one column, `unknown`. */
function namesOf(statement: DuckDBPreparedStatement): readonly string[] {
  return Array.from({ length: statement.columnCount }, (_, i) => statement.columnName(i));
}

function checkTwice(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new InvalidColumnError(twice, "is there twice", "give one of them another name by `as`");
}

function unknownColumn(name: string, names: readonly string[]): InvalidColumnError {
  const known = names.map((one) => `"${one}"`).join(", ");
  return new InvalidColumnError(
    name,
    `is not there${didYouMean(name, names)}`,
    `there are ${known}`,
  );
}

/** The same rows, and one more behind the last that says that it is the last. */
export function closedBy(text: string): string {
  return `select *, false as ${CLOSES} from (${text}\n) union all by name select true as ${CLOSES}`;
}

/** No rows, but all of their cells are computed: what fails in them fails here. */
export function failureOf(text: string): string {
  return `select count(*) from (${text}\n) as weir_rows where hash(weir_rows) is null`;
}
