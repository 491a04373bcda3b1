import {
  type DataType,
  DateMillisecond,
  Field,
  Float64,
  Int32,
  List,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCodecs } from "./codec/codecs.ts";
import { valueHash } from "./value-hash.ts";

const codecs = createCodecs();
const hashOf = (value: unknown): string => valueHash(value, codecs);

/** A type of column, and cells of it. */
const columns: readonly (readonly [type: DataType, cell: fc.Arbitrary<unknown>])[] = [
  [new Float64(), fc.double({ noNaN: true })],
  [new Int32(), fc.integer({ min: -9, max: 9 })],
  [new Utf8(), fc.string({ maxLength: 3 })],
  [new DateMillisecond(), fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(9e12) })],
  [
    new List(Field.new({ name: "item", type: new Int32(), nullable: true })),
    fc.array(fc.nat(9), { maxLength: 2 }),
  ],
];

/** A column of cells, some null, and where it is cut. */
const cut = fc.constantFrom(...columns).chain(([type, cell]) =>
  fc.record({
    type: fc.constant(type),
    cells: fc.array(fc.option(cell), { minLength: 1, maxLength: 8 }),
    at: fc.nat(8),
  }),
);

function tableOf(type: DataType, parts: readonly (readonly unknown[])[]): Table {
  const vectors = parts.map((cells): Vector => vectorFromArray(cells, type));
  const [first, ...more] = vectors;
  return new Table({ a: first === undefined ? vectorFromArray([], type) : first.concat(...more) });
}

describe("valueHash of Arrow tables", () => {
  test("does not see how columns are cut", () => {
    fc.assert(
      fc.property(cut, ({ type, cells, at }) => {
        const whole = tableOf(type, [cells]);
        const cuts = [cells.slice(0, at), cells.slice(at)].filter((part) => part.length > 0);
        const first = tableOf(type, [cells.slice(0, Math.max(1, at))]);

        expect(hashOf(tableOf(type, cuts))).toBe(hashOf(whole));
        expect(hashOf(tableFromIPC(tableToIPC(whole, "stream")))).toBe(hashOf(whole));
        expect(hashOf(whole.slice(0, Math.max(1, at)))).toBe(hashOf(first));
      }),
      { numRuns: 300 },
    );
  });

  test("sees each cell", () => {
    fc.assert(
      fc.property(cut, cut, (a, b) => {
        const isSame =
          a.type === b.type &&
          JSON.stringify(a.cells.map(spell)) === JSON.stringify(b.cells.map(spell));

        expect(hashOf(tableOf(a.type, [a.cells])) === hashOf(tableOf(b.type, [b.cells]))).toBe(
          isSame,
        );
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [
      "names",
      new Table({ a: vectorFromArray([1], new Int32()) }),
      new Table({ b: vectorFromArray([1], new Int32()) }),
    ],
    [
      "types",
      new Table({ a: vectorFromArray([1], new Int32()) }),
      new Table({ a: vectorFromArray([1], new Float64()) }),
    ],
    [
      "null and zero",
      new Table({ a: vectorFromArray([0], new Int32()) }),
      new Table({ a: vectorFromArray([null], new Int32()) }),
    ],
    ["a table and its columns", new Table({ a: vectorFromArray([1], new Int32()) }), { a: [1] }],
  ])("tells apart %s", (_, a, b) => {
    expect(hashOf(a)).not.toBe(hashOf(b));
  });
});

/** Zero has two signs, which JSON does not show. */
function spell(cell: unknown): unknown {
  return Object.is(cell, -0) ? "-0" : cell;
}
