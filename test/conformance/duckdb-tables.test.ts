import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quietContext } from "@weirflow/dataflow";
import { loadDuckdb, type Table } from "@weirflow/duckdb";
import { loadCsv, loadParquet, saveCsv, saveParquet } from "@weirflow/io";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../support/service-process.ts";

const context = quietContext();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weirflow-tables-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** Cells without a missing one where a column would be text for lack of any other. */
function column(rows: number): fc.Arbitrary<Table[string]> {
  const length = { minLength: rows, maxLength: rows };
  const gaps = <T>(cell: fc.Arbitrary<T>) => fc.array(fc.option(cell), length);
  return fc.oneof(
    fc.array(fc.double(), length).map((cells) => Float64Array.from(cells)),
    fc.array(fc.float(), length).map((cells) => Float32Array.from(cells)),
    fc.array(fc.integer(), length).map((cells) => Int32Array.from(cells)),
    fc.array(int64, length).map((cells) => BigInt64Array.from(cells)),
    gaps(fc.string({ unit: "grapheme" })),
    gaps(fc.boolean()),
    gaps(
      fc.date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-01-01") }),
    ),
    gaps(fc.double()),
    gaps(int64),
  );
}

/** Names that DuckDB tells apart: it does not see capitals. */
function tables(of: (rows: number) => fc.Arbitrary<Table[string]>): fc.Arbitrary<Table> {
  const named = (rows: number) =>
    fc.tuple(fc.stringMatching(/^[a-z][a-z0-9 "',;]{0,6}[a-z]$/), of(rows));
  return fc
    .integer({ min: 1, max: 6 })
    .chain((rows) =>
      fc.uniqueArray(named(rows), { minLength: 1, maxLength: 5, selector: ([name]) => name }),
    )
    .map((columns) => Object.fromEntries(columns));
}

describe("tables of DuckDB and of @weirflow/io", () => {
  test.each(["types", "pages"])("are equal for %s.parquet", async (name) => {
    const path = join(ROOT, `libs/io/test/duckdb/${name}.parquet`);

    expect(await loadDuckdb({ path, numbers: "exact" }, context)).toEqual(
      await loadParquet({ path }, context),
    );
  });

  test("are equal for any Parquet file that @weirflow/io wrote", async () => {
    const path = join(folder, "any.parquet");
    const property = fc.asyncProperty(tables(column), async (value) => {
      await saveParquet({ path, value }, context);

      expect(await loadDuckdb({ path, numbers: "exact" }, context)).toEqual(
        await loadParquet({ path }, context),
      );
    });
    await fc.assert(property, { numRuns: 20 });
  });

  test("are equal for any CSV file of numbers, booleans and texts", async () => {
    const path = join(folder, "any.csv");
    const length = (rows: number) => ({ minLength: rows, maxLength: rows });
    // with a letter in front: else the two may see a number or a boolean in different texts
    const text = fc.string({ unit: "grapheme" }).map((some) => `x${some}`);
    // integers of more than 53 bits are refused by one, and text for the other
    const number = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n));
    const cells = (rows: number) =>
      fc.oneof(
        fc.array(number, length(rows)),
        fc.array(fc.integer(), length(rows)),
        fc.array(fc.boolean(), length(rows)),
        fc.array(text, length(rows)),
      );
    const property = fc.asyncProperty(tables(cells), async (value) => {
      await saveCsv({ path, value }, context);

      expect(await loadDuckdb({ path }, context)).toEqual(await loadCsv({ path }, context));
    });
    await fc.assert(property, { numRuns: 20 });
  });

  test("are equal for a CSV file that leaves much open", async () => {
    const path = join(folder, "open.csv");
    await writeFile(
      path,
      '\ufeffid;zip;km;born;yes;note\r\n1;01067;12.5;2024-02-29;true;"a;""b"""\r\n2;80331;;10/11/2024;;\r\n3;;-1e3;;false;""\r\n',
    );

    const [theirs, ours] = await Promise.all([
      loadDuckdb({ path, csv: { delimiter: ";" } }, context),
      loadCsv({ path, delimiter: ";" }, context),
    ]);

    expect(theirs).toEqual(ours);
    expect(ours["zip"]).toEqual(["01067", "80331", null]);
    expect(ours["note"]).toEqual(['a;"b"', null, ""]);
  });
});
