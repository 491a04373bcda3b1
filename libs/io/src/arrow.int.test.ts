import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quietContext } from "@weirflow/dataflow";
import {
  DateDay,
  Decimal,
  Dictionary,
  Int16,
  Field,
  Int32,
  makeData,
  makeVector,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table as ArrowTable,
  tableToIPC,
  TimeMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { folderTest as test, recordingContext } from "../test/fixture.ts";
import { tables } from "../test/tables.ts";
import { fromArrow, toArrow } from "./arrow-table.ts";
import { FileFormatError, InvalidColumnError } from "./errors.ts";
import { loadArrow } from "./load-arrow.ts";
import { saveArrow } from "./save-arrow.ts";

const context = quietContext();

describe("toArrow and fromArrow", () => {
  test("are each other's inverse", () => {
    fc.assert(
      fc.property(tables, (table) => {
        expect(fromArrow(toArrow(table))).toEqual(table);
      }),
    );
  });

  test("copy: what becomes of the Arrow table does not reach the table", () => {
    const numbers = Float64Array.of(1, 2);
    const table = fromArrow(toArrow({ numbers }));

    numbers[0] = 9;

    expect(table).toEqual({ numbers: Float64Array.of(1, 2) });
  });

  test("take small integers, dictionaries and gaps", () => {
    const arrow = new ArrowTable({
      small: vectorFromArray([1, 2], new Int16()),
      word: vectorFromArray(["a", "a"], new Dictionary(new Utf8(), new Int32())),
      gaps: vectorFromArray([1, null], new Int32()),
    });

    expect(fromArrow(arrow)).toEqual({
      small: Float64Array.of(1, 2),
      word: ["a", "a"],
      gaps: [1, null],
    });
  });

  test("join the parts of a column", () => {
    const one = toArrow({ n: Float64Array.of(1) });

    expect(fromArrow(one.concat(toArrow({ n: Float64Array.of(2, 3) })))).toEqual({
      n: Float64Array.of(1, 2, 3),
    });
  });

  test("take instants of any unit and decimals as what they mean", () => {
    const at = new Date("2026-03-01T00:00:00Z");
    const instants = [new TimestampSecond(), new TimestampNanosecond(), new DateDay()];
    const columns = instants.map(
      (type, i) => [`t${i}`, vectorFromArray([at, null], type)] as const,
    );
    const cents = [
      Uint32Array.of(115, 0, 0, 0),
      Uint32Array.of(2 ** 32 - 50, ...[1, 2, 3].map(() => 2 ** 32 - 1)),
    ];
    const price = vectorFromArray([...cents, null], new Decimal(2, 38));

    expect(fromArrow(new ArrowTable(Object.fromEntries(columns)))).toEqual({
      t0: [at, null],
      t1: [at, null],
      t2: [at, null],
    });
    expect(fromArrow(new ArrowTable({ price }))).toEqual({ price: [1.15, -0.5, null] });
  });

  test("name a column that they cannot hold", () => {
    const time = new ArrowTable({ at: vectorFromArray([1], new TimeMillisecond()) });
    const long = new ArrowTable({
      price: vectorFromArray([Uint32Array.of(0, 1_000_000, 0, 0)], new Decimal(2, 38)),
    });

    expect(() => fromArrow(time)).toThrow(InvalidColumnError);
    expect(() => fromArrow(time)).toThrow('column "at" has the Arrow type Time');
    expect(() => fromArrow(long)).toThrow('column "price" has a decimal of more than 15 digits');
  });

  test("refuse two columns of one name", () => {
    const fields = [1, 2].map(() => new Field("a", new Int32()));
    const children = [1, 2].map((n) => makeData({ type: new Int32(), data: Int32Array.of(n) }));
    const type = new Struct<{ a: Int32 }>(fields);
    const batch = new RecordBatch(new Schema(fields), makeData({ type, children }));

    expect(() => fromArrow(new ArrowTable(batch))).toThrow('column "a" is there twice');
  });
});

describe("loadArrow and saveArrow", () => {
  test("what was saved is loaded", async ({ folder }) => {
    const path = join(folder, "table.arrow");

    await fc.assert(
      fc.asyncProperty(tables, async (value) => {
        await saveArrow({ path, value }, context);
        expect(await loadArrow({ path }, context)).toEqual(value);
      }),
      { numRuns: 60 },
    );
    expect(await readdir(folder)).toEqual(["table.arrow"]);
  });

  test("tell path, size, rows and columns", async ({ folder }) => {
    const path = join(folder, "table.arrow");
    const { told, ...context } = recordingContext();

    const { sizeBytes } = await saveArrow(
      { path, value: { a: ["x", "y"], b: [1, null] } },
      context,
    );
    await loadArrow({ path }, context);

    const fact = { path, sizeBytes, rows: 2, columns: 2 };
    expect(told).toEqual([fact, fact]);
  });

  test("read the stream format too", async ({ folder }) => {
    const path = join(folder, "table.arrows");
    await writeFile(path, tableToIPC(toArrow({ a: ["x"] }), "stream"));

    expect(await loadArrow({ path }, context)).toEqual({ a: ["x"] });
  });

  test("do not unfold a column of nothing into more rows than the file could have", async ({
    folder,
  }) => {
    const path = join(folder, "table.arrow");
    const length = 1_000_000_000;
    const nothing = new ArrowTable({ a: makeVector(makeData({ type: new Null(), length })) });
    await writeFile(path, tableToIPC(nothing, "file"));

    await expect(loadArrow({ path }, context)).rejects.toThrow("it claims 1000000000 rows in");
  });

  test("name the file of a column that they refuse", async ({ folder }) => {
    const path = join(folder, "table.arrow");
    const time = new ArrowTable({ at: vectorFromArray([1], new TimeMillisecond()) });
    await writeFile(path, tableToIPC(time, "file"));

    await expect(loadArrow({ path }, context)).rejects.toThrow(`column "at" of "${path}" has`);
  });

  test.for(["file", "stream"] as const)("refuse a %s that was cut", async (form, { folder }) => {
    const path = join(folder, "cut.arrow");
    const bytes = tableToIPC(toArrow({ n: Float64Array.from({ length: 1_000 }) }), form);
    await writeFile(path, bytes.subarray(0, bytes.length / 2));

    await expect(loadArrow({ path }, context)).rejects.toThrow(FileFormatError);
  });

  test.for(["", "no arrow at all, but long enough"])(
    "refuse what is no Arrow: %j",
    async (content, { folder }) => {
      const path = join(folder, "bad.arrow");
      await writeFile(path, content);

      await expect(loadArrow({ path }, context)).rejects.toThrow(FileFormatError);
    },
  );
});
