import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { Driver } from "./driver.ts";
import type { FoundTable, FoundTables } from "./find-tables.ts";
import { literal, quoted } from "./quoted.ts";
import type { CsvOptions, CsvType, FileTable, QueryPlan } from "./options.ts";
import { translateError } from "./translate-error.ts";

/**
 * Opens a database in memory whose tables are files; it is there as long as the process.
 *
 * I1. Once it is open, it reads the files of its tables alone: no other file, no address, no extension; it writes
 * nothing, and its settings are locked.
 * I2. No path and no option becomes part of a statement: they are variables that views read.
 *
 * @throws `duckdb/file-format`, `duckdb/invalid-column`, `duckdb/query`.
 */
export async function openDuckdb(
  driver: Driver,
  plan: QueryPlan,
  { tables, paths }: FoundTables,
): Promise<DuckDBConnection> {
  try {
    const database = await driver.DuckDBInstance.create(":memory:", settings(plan));
    const connection = await database.connect();
    await closeDoors(driver, connection, paths);
    for (const table of tables) await addTable(driver, connection, table);
    await connection.run("set lock_configuration = true");
    return connection;
  } catch (error) {
    throw translateError(error, { ...plan, paths });
  }
}

/** Of the database from its first moment. */
function settings({ memoryBytes, threads }: QueryPlan): Record<string, string> {
  return {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    allow_persistent_secrets: "false",
    memory_limit: `${memoryBytes}B`,
    threads: String(threads),
    temp_directory: "",
  };
}

async function closeDoors(
  { listValue }: Driver,
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<void> {
  await connection.run("set TimeZone = 'UTC'");
  if (paths.length > 0) {
    await connection.run("set variable weir_paths = $1", [listValue(paths)]);
    await connection.run("set allowed_paths = getvariable('weir_paths')");
  }
  await connection.run("set enable_external_access = false");
}

async function addTable(
  driver: Driver,
  connection: DuckDBConnection,
  { name, table, paths }: FoundTable,
): Promise<void> {
  const set = async (option: string, value: DuckDBValue) =>
    await connection.run(`set variable ${quoted(`weir_${option}_${name}`)} = $1`, [value]);
  const get = (option: string) => `getvariable(${literal(`weir_${option}_${name}`)})`;

  await set("paths", driver.listValue(paths));
  const taken = [get("paths"), "hive_partitioning = false"];
  const parquet = isParquet(table, paths);
  if (!parquet) taken.push(...CSV_DIALECT);
  for (const [option, value] of parquet ? [] : csvOptions(driver, table.csv ?? {})) {
    await set(option, value);
    taken.push(`${option} = ${get(option)}`);
  }
  const reader = parquet ? "read_parquet" : "read_csv";
  await connection.run(`create view ${quoted(name)} as from ${reader}(${taken.join(", ")})`);
}

/**
 * What is not guessed: a line with too many cells would be taken for the first one of a table that begins there, and
 * `10/11/2024` for some day. All files are looked at, as one may have a text where the first has numbers.
 */
const CSV_DIALECT: readonly string[] = [
  `quote = '"'`,
  `escape = '"'`,
  "comment = ''",
  "skip = 0",
  "allow_quoted_nulls = false",
  "auto_type_candidates = ['BOOLEAN', 'BIGINT', 'DOUBLE', 'VARCHAR']",
  "files_to_sniff = -1",
];

function csvOptions(
  { structValue }: Driver,
  { delimiter = ",", header = true, types = {}, sampleRows }: CsvOptions,
): readonly (readonly [name: string, value: DuckDBValue])[] {
  const options: [string, DuckDBValue][] = [
    ["delim", delimiter],
    ["header", header],
  ];
  if (sampleRows !== undefined)
    options.push(["sample_size", Number.isFinite(sampleRows) ? BigInt(sampleRows) : -1n]);
  const named = Object.entries(types).map(([name, type]) => [name, SQL_TYPES[type]]);
  if (named.length > 0) options.push(["types", structValue(Object.fromEntries(named))]);
  return options;
}

const SQL_TYPES: Readonly<Record<CsvType, string>> = {
  text: "VARCHAR",
  number: "DOUBLE",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  date: "TIMESTAMP",
};

function isParquet({ format = "auto" }: FileTable, paths: readonly string[]): boolean {
  if (format !== "auto") return format === "parquet";
  return paths.every((path) => /\.parquet$/i.test(path));
}
