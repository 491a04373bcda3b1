import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect } from "vitest";
import { folderTest as test, writeRows } from "../test/fixture.ts";

const ROWS = 4_000_000;

/** Runs a program on a file in a process of its own; gives what it printed: what it read, and its peak in MiB. */
async function run(path: string, program: string): Promise<readonly [rows: number, mib: number]> {
  const text = `
    import { quietContext } from "@weirflow/dataflow";
    import { loadDuckdb, streamDuckdb } from "@weirflow/duckdb";
    const options = { path: process.argv[1], limits: { memoryBytes: 256 * 2 ** 20 } };
    const context = quietContext();
    let rows = 0;
    ${program}
    console.log(rows, process.resourceUsage().maxRSS / 1024);`;
  const args = ["--conditions=@weirflow/source", "--input-type=module", "-e", text, path];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: import.meta.dirname,
  });
  const [rows = 0, mib = 0] = stdout.split(" ").map(Number);
  return [rows, mib];
}

describe("streamDuckdb", () => {
  test("needs a part of the memory that the whole takes, however long the file is", async ({
    folder,
  }) => {
    const path = await writeRows(
      join(folder, "a.parquet"),
      `select i as a, hash(i)::double as b, i / 3 as c, sqrt(i) as d, i % 10 as e,
        -i as f from range(${ROWS}) t(i)`,
    );

    const [, start] = await run(path, "await loadDuckdb({ sql: 'select 1 as a' }, context);");
    const [whole, wholeMib] = await run(
      path,
      "rows = (await loadDuckdb(options, context)).a.length;",
    );
    const [streamed, streamMib] = await run(
      path,
      "for await (const { a } of await streamDuckdb(options, context)) rows += a.length;",
    );

    expect([whole, streamed]).toEqual([ROWS, ROWS]);
    expect(wholeMib - start).toBeGreaterThan((ROWS * 6 * 8) / 2 ** 20);
    expect(streamMib - start).toBeLessThan((wholeMib - start) / 2);
  });
});
