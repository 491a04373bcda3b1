import { join } from "node:path";
import { quietContext } from "@weirflow/dataflow";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { anyTable, type AnyColumn, writeTable } from "../test/any-table.ts";
import { folderTest as test } from "../test/fixture.ts";
import { loadDuckdb } from "./load-duckdb.ts";
import type { CsvType } from "./options.ts";
import { streamDuckdb } from "./stream-duckdb.ts";
import type { Column, Table } from "./table.ts";

const context = quietContext();

function tableOf(columns: readonly AnyColumn[]): Table {
  return Object.fromEntries(columns.map(({ name, loaded }) => [name, loaded]));
}

const CSV_TYPES: Readonly<Record<string, CsvType>> = {
  DOUBLE: "number",
  INTEGER: "integer",
  BIGINT: "integer",
  UBIGINT: "text",
  BOOLEAN: "boolean",
  VARCHAR: "text",
  TIMESTAMP: "date",
};

/** The same column where a file says nothing of types but what it is told. */
function asCsv({ type, loaded }: AnyColumn): Column {
  const hasGaps = Array.isArray(loaded) && loaded.includes(null);
  if (loaded instanceof Int32Array) return BigInt64Array.from(loaded, BigInt);
  if (!hasGaps) return String(type) === "UBIGINT" ? Array.from(loaded, String) : loaded;
  return Array.from(loaded, (cell) => {
    if (cell === null) return null;
    if (String(type) === "INTEGER") return BigInt(cell as number); // integers are numbers there
    return String(type) === "UBIGINT" ? String(cell) : cell;
  });
}

describe("loadDuckdb", () => {
  test("gives any table again that was written to a Parquet file", async ({ folder }) => {
    const path = join(folder, "any.parquet");
    const property = fc.asyncProperty(anyTable, async (columns) => {
      await writeTable(path, columns);

      expect(await loadDuckdb({ path, numbers: "exact" }, context)).toEqual(tableOf(columns));
    });
    await fc.assert(property, { numRuns: 12 });
  });

  test("gives any table again that was written to a CSV file, told the types", async ({
    folder,
  }) => {
    const path = join(folder, "any.csv");
    // DuckDB writes numbers of 32 bits with the digits of 32 bits
    const table = anyTable.filter((columns) =>
      columns.every(({ type }) => String(type) !== "FLOAT"),
    );
    const property = fc.asyncProperty(table, async (columns) => {
      await writeTable(path, columns);
      const types = Object.fromEntries(
        columns.map(({ name, type }) => [name, CSV_TYPES[String(type)] ?? "text"]),
      );

      const table = await loadDuckdb({ path, csv: { types }, numbers: "exact" }, context);

      expect(table).toEqual(
        Object.fromEntries(columns.map((column) => [column.name, asCsv(column)])),
      );
    });
    await fc.assert(property, { numRuns: 12 });
  });

  test("gives the same row by row", async ({ folder }) => {
    const path = join(folder, "any.parquet");
    const property = fc.asyncProperty(anyTable, async (columns) => {
      await writeTable(path, columns);

      const options = { path, numbers: "exact", batchRows: 1 } as const;
      let row = 0;
      for await (const batch of await streamDuckdb(options, context)) {
        for (const { name, loaded } of columns)
          expect(Array.from(batch[name] ?? [])).toEqual([loaded[row]]);
        row += 1;
      }
      expect(row).toBe(columns[0]?.stored.length);
    });
    await fc.assert(property, { numRuns: 8 });
  });
});
