import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { quietContext } from "@weirflow/dataflow";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, vi } from "vitest";
import { folderTest as test } from "../test/fixture.ts";
import { FileFormatError, InvalidColumnError, TooLargeError } from "./errors.ts";
import { loadParquet } from "./load-parquet.ts";
import type { Table } from "./table.ts";

const context = quietContext();

function fileOf(name: string): string {
  return join(import.meta.dirname, `../test/duckdb/${name}.parquet`);
}

async function load(name: string): Promise<Table> {
  return await loadParquet({ path: fileOf(name) }, context);
}

describe("loadParquet", () => {
  test("gives each type of another's file as what it means", async () => {
    expect(await load("types")).toEqual({
      flag: [true, false],
      i8: Int32Array.of(0, 1),
      i32: Int32Array.of(-1, 0),
      i64: BigInt64Array.of(9_007_199_254_740_993n, 9_007_199_254_740_994n),
      u32: Float64Array.of(4_294_967_290, 4_294_967_291),
      u64: [18_446_744_073_709_551_610n, 18_446_744_073_709_551_611n],
      f32: Float32Array.of(0.5, 1.5),
      f64: Float64Array.of(0.1, 1.1),
      price: Float64Array.of(1.15, 1.16),
      amount: Float64Array.of(-1, 0),
      wide: Float64Array.of(-0.5, 0.5),
      day: [new Date("1969-12-31"), new Date("1970-01-01")],
      at: [new Date("2026-03-01T10:00:00.5Z"), new Date("2026-03-01T10:00:00.5Z")],
      zoned: [new Date("2026-03-01T08:00:00Z"), new Date("2026-03-01T08:00:00Z")],
      fine: [new Date("2026-03-01T10:00:00.123Z"), new Date("2026-03-01T10:00:00.123Z")],
      text: ["größe 0", "größe 1"],
      id: ["00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000a"],
      letter: ["x", "x"],
      gaps: [0, null],
      price_gaps: [1.15, null],
      nothing: [null, null],
    });
  });

  test("reads groups of rows and compressed pages, in order", async () => {
    const table = await load("pages");

    expect(table).toEqual({
      i: BigInt64Array.from({ length: 5_000 }, (_, i) => BigInt(i)),
      t: Array.from({ length: 5_000 }, (_, i) => `text ${i}`),
      n: Array.from({ length: 5_000 }, () => null),
    });
  });

  test.for([
    ["bytes", "has the Parquet type BYTE_ARRAY"],
    ["time", "has the Parquet type TIME_MICROS"],
    ["interval", "has the Parquet type INTERVAL"],
    ["json", "has the Parquet type JSON"],
    ["list", "holds lists or structs"],
    ["struct", "holds lists or structs"],
    ["decimal", "has a decimal of more than 15 digits"],
  ] as const)("refuses %s, and names column and file", async ([name, why]) => {
    await expect(load(name)).rejects.toThrow(InvalidColumnError);
    await expect(load(name)).rejects.toThrow(`column "it" of "${fileOf(name)}" ${why}`);
  });

  test("does not unfold a small file into a table larger than allowed", async () => {
    const small = { path: fileOf("pages"), maxBytes: 5_000 * 3 * 8 };

    await expect(load("same")).rejects.toThrow(TooLargeError);
    expect(Object.keys(await loadParquet(small, context))).toEqual(["i", "t", "n"]);
    await expect(loadParquet({ ...small, maxBytes: small.maxBytes - 1 }, context)).rejects.toThrow(
      TooLargeError,
    );
  });

  test.for([
    ["GZIP", gzipSync],
    ["BROTLI", brotliCompressSync],
    ["ZSTD", zstdCompressSync],
  ] as const)(
    "stops a page of %s at the size that it says",
    async ([codec, compress], { folder }) => {
      const path = join(folder, "a.parquet");
      const columnData = [{ name: "n", data: [1, 2, 3], type: "DOUBLE" as const, nullable: false }];
      const compressors = { [codec]: () => compress(new Uint8Array(50_000_000)) };
      await writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData, codec, compressors })));

      await expect(loadParquet({ path }, context)).rejects.toThrow(FileFormatError);
      await expect(loadParquet({ path }, context)).rejects.toThrow("a Buffer larger than 24 bytes");
    },
  );

  test("refuses two columns of one name", async ({ folder }) => {
    const path = join(folder, "a.parquet");
    const column = { name: "n", data: [1], type: "DOUBLE" as const };
    await writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData: [column, column] })));

    await expect(loadParquet({ path }, context)).rejects.toThrow(
      `column "n" of "${path}" is there twice`,
    );
  });

  test("looks at each group of rows whether it is cancelled", async () => {
    const { signal } = new AbortController();
    const look = vi.spyOn(signal, "throwIfAborted");

    await loadParquet({ path: fileOf("pages") }, quietContext(signal));

    expect(look.mock.calls.length).toBeGreaterThanOrEqual(9); // three columns of three groups
  });
});
