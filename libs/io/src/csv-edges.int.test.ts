import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quietContext } from "@weirflow/dataflow";
import { describe, expect } from "vitest";
import { folderTest as test } from "../test/fixture.ts";
import { FileFormatError, InvalidColumnError, InvalidOptionError } from "./errors.ts";
import { loadCsv, type LoadCsvOptions } from "./load-csv.ts";
import { saveCsv } from "./save-csv.ts";
import type { Table } from "./table.ts";

const context = quietContext();

async function load(
  folder: string,
  content: string | Uint8Array,
  options: Partial<LoadCsvOptions> = {},
): Promise<Table> {
  const path = join(folder, "table.csv");
  await writeFile(path, content);
  return await loadCsv({ path, ...options }, context);
}

describe("loadCsv", () => {
  test.for([
    ["\n", "a,b\n1,x\n2,y\n"],
    ["\r\n", "a,b\r\n1,x\r\n2,y\r\n"],
    ["\r", "a,b\r1,x\r2,y\r"],
    ["\r\n, then \n", "a,b\r\n1,x\n2,y\r\n"],
    ["\n, then \r\n", 'a,b\n1,x\r\n2,"y"\r\n'],
    ["\n, and none at the end", "a,b\n1,x\n2,y"],
  ])("ends lines at %j", async ([, content = ""], { folder }) => {
    expect(await load(folder, content)).toEqual({ a: Float64Array.of(1, 2), b: ["x", "y"] });
  });

  test("keeps line ends, delimiters, quotes and space inside quotes", async ({ folder }) => {
    const table = await load(folder, 'a,b\n"1\r\n2,","say ""hi"""\n" x ",y\n');

    expect(table).toEqual({ a: ["1\r\n2,", " x "], b: ['say "hi"', "y"] });
  });

  test("leaves out blank lines, which are missing cells in a single column", async ({ folder }) => {
    expect(await load(folder, "a,b\n1,x\n\n2,y\n \n")).toEqual({
      a: Float64Array.of(1, 2),
      b: ["x", "y"],
    });
    expect(await load(folder, "a\nx\n\ny\n")).toEqual({ a: ["x", null, "y"] });
  });

  test("takes columns whose names objects have by themselves", async ({ folder }) => {
    const table = await load(folder, "constructor,toString,__proto__\n1,x,true\n", {
      types: { toString: "text" as const },
    });

    expect(Object.entries(table)).toEqual([
      ["constructor", Float64Array.of(1)],
      ["toString", ["x"]],
      ["__proto__", [true]],
    ]);
    expect(Object.getPrototypeOf(table)).toBe(Object.prototype);
  });

  test("takes codes for text: leading zeros, a plus, more than a number holds", async ({
    folder,
  }) => {
    const table = await load(folder, "zip,phone,wide,huge\n01067,+380501234567,1e999,1\n");

    expect(table).toEqual({
      zip: ["01067"],
      phone: ["+380501234567"],
      wide: ["1e999"],
      huge: Float64Array.of(1),
    });
  });

  test("reads dates of the calendar, in UTC where they name no zone", async ({ folder }) => {
    const content = "d\n2024-02-29\n2026-03-01 10:00\n2026-03-01T10:00:00.5+02:00\n+012026-01-01\n";

    expect(await load(folder, content, { types: { d: "date" } })).toEqual({
      d: [
        new Date("2024-02-29T00:00:00.000Z"),
        new Date("2026-03-01T10:00:00.000Z"),
        new Date("2026-03-01T08:00:00.500Z"),
        new Date(Date.UTC(12_026, 0, 1)),
      ],
    });
  });

  test.for(["2026-02-29", "2026-02-30T10:00Z", "2026-13-01", "12026-01-01", "1 March 2026"])(
    "refuses %s as a date",
    async (day, { folder }) => {
      await expect(load(folder, `d\n${day}\n`, { types: { d: "date" } })).rejects.toThrow(
        `row 1 has "${day}" in column "d", which is not a date`,
      );
    },
  );

  test("reads other encodings when it is told which", async ({ folder }) => {
    const latin1 = Buffer.from("größe\nweiß\n", "latin1");
    const utf16 = Buffer.from("\ufeffgröße\nweiß\n", "utf16le");

    expect(await load(folder, latin1, { encoding: "latin1" })).toEqual({ größe: ["weiß"] });
    expect(await load(folder, utf16, { encoding: "utf-16le" })).toEqual({ größe: ["weiß"] });
    await expect(load(folder, latin1)).rejects.toThrow(
      "it is not UTF-8; say which `encoding` it has",
    );
  });

  test.for([
    ["", "it is empty, where the first row should name the columns"],
    ["\ufeff", "it is empty"],
    ['"",b\n1,2\n', "column 1 has no name"],
    ["a,b\n1,2\n3\n", "row 2 has 1 cells where there are 2 columns"],
    ["a,b\n1,2,3\n", "row 1 has 3 cells where there are 2 columns"],
    ['a,b\nx"y,2\n', "Invalid Opening Quote"],
  ] as const)("refuses %j", async ([content, why], { folder }) => {
    await expect(load(folder, content)).rejects.toThrow(FileFormatError);
    await expect(load(folder, content)).rejects.toThrow(why);
  });

  test("gives no columns for an empty file that needs no header", async ({ folder }) => {
    expect(await load(folder, "", { header: false })).toEqual({});
    expect(await load(folder, "a,b\n")).toEqual({ a: [], b: [] });
  });

  test.for([
    [{ delimiter: "" }, '"" as `delimiter` is empty'],
    [{ delimiter: '"' }, '""" as `delimiter` is'],
    [{ encoding: "utf-5" }, '"utf-5" as `encoding` is no encoding'],
    // what a caller without types may pass
    [{ types: { a: "float" as "number" } }, '"float" as `types` is not one of number'],
  ] as const)("refuses %o", async ([options, why], { folder }) => {
    await expect(load(folder, "a\n1\n", options)).rejects.toThrow(InvalidOptionError);
    await expect(load(folder, "a\n1\n", options)).rejects.toThrow(why);
  });
});

describe("saveCsv", () => {
  test("refuses a delimiter that could not be read again, and half a character", async ({
    folder,
  }) => {
    const save = async (value: Table, delimiter: string) =>
      await saveCsv({ path: join(folder, "table.csv"), value, delimiter }, context);

    await expect(save({ a: ["x"] }, "\n")).rejects.toThrow(InvalidOptionError);
    await expect(save({ a: ["x", "\ud83d"] }, ",")).rejects.toThrow(InvalidColumnError);
    await expect(save({ a: ["x", "\ud83d"] }, ",")).rejects.toThrow(
      'column "a" has half a character (a lone surrogate) in row 2',
    );
  });
});
