import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  TIMESTAMP,
  UBIGINT,
  VARCHAR,
} from "@duckdb/node-api";
import fc from "fast-check";
import type { Cell, Column } from "../src/table.ts";

/** A column as a file has it, and what a loader that is exact gives for it. */
export interface AnyColumn {
  readonly name: string;
  readonly type: DuckDBType;
  readonly stored: readonly DuckDBValue[];
  readonly loaded: Column;
}

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** Any table of up to five columns and six rows, in which cells may be missing. */
export const anyTable: fc.Arbitrary<readonly AnyColumn[]> = fc
  .integer({ min: 1, max: 6 })
  .chain((rows) =>
    fc.uniqueArray(column(rows), {
      minLength: 1,
      maxLength: 5,
      // DuckDB does not tell names apart by case
      selector: ({ name }) => name.toLowerCase(),
    }),
  );

function column(rows: number): fc.Arbitrary<AnyColumn> {
  const of = <T extends NonNullable<Cell>>(
    type: DuckDBType,
    cell: fc.Arbitrary<T>,
    whole: (cells: readonly T[]) => Column,
    store: (cell: T) => DuckDBValue = (cell) => cell as DuckDBValue, // numbers and texts are the same
  ): fc.Arbitrary<AnyColumn> =>
    fc
      .record({
        // what is a name in CSV, too: no blank at its ends
        name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter(isName),
        cells: fc.array(fc.option(cell, { freq: 12 }), { minLength: rows, maxLength: rows }),
      })
      .map(({ name, cells }) => ({
        name,
        type,
        stored: cells.map((one) => (one === null ? null : store(one))),
        // without a null, they are of T
        loaded: cells.includes(null) ? cells : whole(cells as readonly T[]),
      }));
  const date = fc.date({
    noInvalidDate: true,
    min: new Date("0001-01-01"),
    max: new Date("9999-12-31"),
  });
  const asCells = (cells: readonly Cell[]): Column => cells;
  return fc.oneof(
    of(DOUBLE, fc.double(), (cells) => Float64Array.from(cells)),
    of(FLOAT, fc.float(), (cells) => Float32Array.from(cells)),
    of(INTEGER, fc.integer(), (cells) => Int32Array.from(cells)),
    of(BIGINT, int64, (cells) => BigInt64Array.from(cells)),
    of(UBIGINT, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), asCells),
    of(BOOLEAN, fc.boolean(), asCells),
    of(VARCHAR, fc.string({ unit: "grapheme" }), asCells),
    of(TIMESTAMP, date, asCells, (at) => new DuckDBTimestampValue(BigInt(at.getTime()) * 1_000n)),
  );
}

function isName(name: string): boolean {
  return name.trim() === name && name.isWellFormed() && !name.includes("\0");
}

/** Writes a table by DuckDB itself. */
export async function writeTable(path: string, columns: readonly AnyColumn[]): Promise<void> {
  const database = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await database.connect();
  const names = columns.map(({ name, type }) => `"${name.replaceAll('"', '""')}" ${String(type)}`);
  await connection.run(`create table t (${names.join(", ")})`);
  const chunk = DuckDBDataChunk.create(columns.map(({ type }) => type));
  chunk.setColumns(columns.map(({ stored }) => stored));
  const appender = await connection.createAppender("t");
  appender.appendDataChunk(chunk);
  appender.closeSync();
  await connection.run(`copy t to '${path}'`);
  connection.closeSync();
  database.closeSync();
}
