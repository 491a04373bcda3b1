import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { quietContext } from "@weirflow/dataflow";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect } from "vitest";
import { folderTest as test, recordingContext } from "../test/fixture.ts";
import { tables } from "../test/tables.ts";
import { FileFormatError, InvalidColumnError } from "./errors.ts";
import { loadParquet } from "./load-parquet.ts";
import { saveParquet } from "./save-parquet.ts";

const context = quietContext();

describe("loadParquet and saveParquet", () => {
  test("what was saved is loaded", async ({ folder }) => {
    const path = join(folder, "table.parquet");

    await fc.assert(
      fc.asyncProperty(tables, async (value) => {
        await saveParquet({ path, value }, context);
        expect(await loadParquet({ path }, context)).toEqual(value);
      }),
      { numRuns: 100 },
    );
    expect(await readdir(folder)).toEqual(["table.parquet"]);
  });

  test("many rows come back in order", async ({ folder }) => {
    const path = join(folder, "table.parquet");
    const n = Float64Array.from({ length: 250_000 }, (_, i) => i / 2);
    const text = Array.from(n, (i) => (i % 7 === 0 ? null : `row ${i}`));

    await saveParquet({ path, value: { n, text } }, context);

    expect(await loadParquet({ path }, context)).toEqual({ n, text });
  });

  test("tell path, size, rows and columns", async ({ folder }) => {
    const path = join(folder, "table.parquet");
    const { told, ...context } = recordingContext();

    const { sizeBytes } = await saveParquet({ path, value: { a: ["x", "y"] } }, context);
    await loadParquet({ path }, context);

    const fact = { path, sizeBytes, rows: 2, columns: 1 };
    expect(told).toEqual([fact, fact]);
  });

  test.for([
    ["GZIP", (input: Uint8Array) => gzipSync(input)],
    ["ZSTD", (input: Uint8Array) => zstdCompressSync(input)],
  ] as const)("read what %s compressed", async ([codec, compress], { folder }) => {
    const path = join(folder, "table.parquet");
    const columnData = [{ name: "n", data: [1, 2, 3], type: "DOUBLE" as const, nullable: false }];
    const compressors = { [codec]: compress };
    await writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData, codec, compressors })));

    expect(await loadParquet({ path }, context)).toEqual({ n: Float64Array.of(1, 2, 3) });
  });

  test("read a compressed page of missing values alone", async ({ folder }) => {
    const path = join(folder, "table.parquet");
    const columnData = [{ name: "n", data: [null, null], type: "DOUBLE" as const }];
    const compressors = { GZIP: () => Uint8Array.of() };
    const written = parquetWriteBuffer({ columnData, codec: "GZIP", compressors });
    await writeFile(path, new Uint8Array(written));

    expect(await loadParquet({ path }, context)).toEqual({ n: [null, null] });
  });

  test("refuse what a column cannot hold, by its name", async ({ folder }) => {
    const path = join(folder, "table.parquet");
    const columnData = [{ name: "tags", data: [{ a: 1 }], type: "JSON" as const }];
    await writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData })));

    await expect(loadParquet({ path }, context)).rejects.toThrow(InvalidColumnError);
    await expect(loadParquet({ path }, context)).rejects.toThrow('column "tags" of');
    await expect(saveParquet({ path, value: { big: [2n ** 64n, null] } }, context)).rejects.toThrow(
      "which is no integer of 64 bits",
    );
  });

  test.for(["", "PAR1 but nothing more"])(
    "refuse what is no Parquet: %j",
    async (content, { folder }) => {
      const path = join(folder, "bad.parquet");
      await writeFile(path, content);

      await expect(loadParquet({ path }, context)).rejects.toThrow(FileFormatError);
      await expect(loadParquet({ path }, context)).rejects.toThrow(path);
    },
  );
});
