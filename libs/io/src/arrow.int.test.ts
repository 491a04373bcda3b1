import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quietContext } from "@weirflow/dataflow";
import {
  Decimal,
  Dictionary,
  Int16,
  Int32,
  Table as ArrowTable,
  tableToIPC,
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

  test("name a column of another type", () => {
    const arrow = new ArrowTable({
      price: vectorFromArray([Uint32Array.of(1, 0, 0, 0)], new Decimal(2, 10)),
    });

    expect(() => fromArrow(arrow)).toThrow(InvalidColumnError);
    expect(() => fromArrow(arrow)).toThrow('column "price" has the Arrow type Decimal');
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

  test.for(["", "no arrow at all, but long enough"])(
    "refuse what is no Arrow: %j",
    async (content, { folder }) => {
      const path = join(folder, "bad.arrow");
      await writeFile(path, content);

      await expect(loadArrow({ path }, context)).rejects.toThrow(FileFormatError);
    },
  );
});
