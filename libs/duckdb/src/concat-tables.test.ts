import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatTables } from "./concat-tables.ts";
import type { Table } from "./table.ts";

describe("concatTables", () => {
  test("joins typed arrays, each kind as what it is", () => {
    const part: Table = {
      a: Float64Array.of(0.5),
      b: Float32Array.of(0.5),
      c: Int32Array.of(1),
      d: BigInt64Array.of(1n),
      e: ["x"],
    };

    expect(concatTables([part, part], part)).toEqual({
      a: Float64Array.of(0.5, 0.5),
      b: Float32Array.of(0.5, 0.5),
      c: Int32Array.of(1, 1),
      d: BigInt64Array.of(1n, 1n),
      e: ["x", "x"],
    });
  });

  test("makes cells of a column that has gaps in one part", () => {
    const parts: Table[] = [{ n: Int32Array.of(1) }, { n: [null, 2] }, { n: Int32Array.of(3) }];
    const longs: Table[] = [{ n: [null] }, { n: BigInt64Array.of(3n) }];

    expect(concatTables(parts, { n: new Int32Array() })).toEqual({ n: [1, null, 2, 3] });
    expect(concatTables(longs, { n: new BigInt64Array() })).toEqual({ n: [null, 3n] });
  });

  test("keeps one part as it is, and is empty where there is none", () => {
    const n = Float64Array.of(1);

    expect(concatTables([{ n }], { n: new Float64Array() })["n"]).toBe(n);
    expect(concatTables([], { n: new Float64Array(), s: [] })).toEqual({
      n: new Float64Array(),
      s: [],
    });
  });

  test("keeps columns whose names objects have by themselves", () => {
    const part = Object.fromEntries([["__proto__", ["x"]]]);

    expect(Object.entries(concatTables([part, part], part))).toEqual([["__proto__", ["x", "x"]]]);
  });

  test("has all cells of all parts in order", () => {
    const property = fc.property(
      fc.array(fc.array(fc.option(fc.integer(), { freq: 20 }), { minLength: 1 })),
      (parts) => {
        const tables = parts.map((cells): Table => ({
          n: cells.includes(null) ? cells : Int32Array.from(cells, Number),
        }));

        const { n = [] } = concatTables(tables, { n: new Int32Array() });

        expect(Array.from<unknown>(n)).toEqual(parts.flat());
        expect(n instanceof Int32Array).toBe(!parts.flat().includes(null));
      },
    );
    fc.assert(property);
  });
});
