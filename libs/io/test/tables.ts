import fc from "fast-check";
import type { Cell, Column, Table } from "../src/table.ts";

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** Any table in the form in which loaders give it. */
export const tables: fc.Arbitrary<Table> = fc.integer({ min: 0, max: 6 }).chain((rows) =>
  fc.dictionary(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), column(rows), {
    minKeys: 1,
    maxKeys: 5,
    noNullPrototype: true,
  }),
);

function column(rows: number): fc.Arbitrary<Column> {
  const length = { minLength: rows, maxLength: rows };
  const cells = <T extends Cell>(cell: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> =>
    fc.array(fc.option(cell), length);
  // without a gap it would be a typed array
  const gaps = <T extends Cell>(cell: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> =>
    cells(cell).map((made) => (rows === 0 ? [] : [...made.slice(1), null]));
  return fc.oneof(
    fc.array(fc.double(), length).map((made) => Float64Array.from(made)),
    fc.array(fc.float(), length).map((made) => Float32Array.from(made)),
    fc.array(fc.integer(), length).map((made) => Int32Array.from(made)),
    fc.array(int64, length).map((made) => BigInt64Array.from(made)),
    cells(fc.string({ unit: "grapheme" })),
    cells(fc.boolean()),
    cells(fc.date({ noInvalidDate: true })),
    gaps(fc.double()),
    gaps(int64),
  );
}
