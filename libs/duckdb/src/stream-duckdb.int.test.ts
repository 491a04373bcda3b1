import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bind, collect, each, graph, type NodeEnd, quietContext, value } from "@weirflow/dataflow";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { folderTest as test, recordingContext, writeRows } from "../test/fixture.ts";
import { loadDuckdb } from "./load-duckdb.ts";
import { numberColumns } from "./number-columns.ts";
import { streamDuckdb, type StreamDuckdbOptions } from "./stream-duckdb.ts";
import type { Cell, Table } from "./table.ts";

const context = quietContext();

async function batchesOf(options: StreamDuckdbOptions): Promise<Table[]> {
  const batches: Table[] = [];
  for await (const batch of await streamDuckdb(options, context)) batches.push(batch);
  return batches;
}

function rowsOf(table: Table | undefined): number {
  return Object.values(table ?? {})[0]?.length ?? 0;
}

/** Rows in which something of each kind is missing now and then. */
const mixed = (rows: number): string => `
  select i, case when i % 7 = 3 then null else i::double / 2 end as x,
    case when i % 11 = 5 then null else 'text ' || i end as s, i % 2 = 0 as even,
    timestamp '2026-01-01' + to_seconds(i) as at from range(${rows}) t(i)`;

/** The cells of a table's columns, whatever arrays they are in. */
function cellsOf(tables: readonly Table[]): Record<string, Cell[]> {
  const names = Object.keys(tables[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, tables.flatMap((table) => [...(table[name] ?? [])])]),
  );
}

describe("streamDuckdb", () => {
  test("gives batches of the size that was asked for, the last one of what is left", async () => {
    const batches = await batchesOf({ sql: "from range(10_000) t(i)", batchRows: 3_000 });

    expect(batches.map(rowsOf)).toEqual([3_000, 3_000, 3_000, 1_000]);
    expect(batches[1]?.["i"]).toEqual(Float64Array.from({ length: 3_000 }, (_, i) => 3_000 + i));
  });

  test.for([0, 1, 2_047, 2_048, 2_049, 4_096])("reads %i rows to the last", async (rows) => {
    const batches = await batchesOf({ sql: `from range(${rows}) t(i)`, batchRows: 2_048 });

    expect(batches.reduce((sum, batch) => sum + rowsOf(batch), 0)).toBe(rows);
    expect(batches).toHaveLength(Math.ceil(rows / 2_048));
  });

  test("gives in batches what the whole has, whatever their size", async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 0, max: 9_000 }),
      fc.integer({ min: 1, max: 5_000 }),
      fc.constantFrom("float64" as const, "exact" as const),
      async (rows, batchRows, numbers) => {
        const sql = mixed(rows);
        const whole = await loadDuckdb({ sql, numbers }, context);
        const batches = await batchesOf({ sql, numbers, batchRows });

        if (rows > 0) expect(cellsOf(batches)).toEqual(cellsOf([whole]));
        expect(batches.map(rowsOf)).toEqual(
          Array.from({ length: Math.ceil(rows / batchRows) }, (_, i) =>
            Math.min(batchRows, rows - i * batchRows),
          ),
        );
      },
    );
    await fc.assert(property, { numRuns: 10 });
  });

  test("keeps the kinds of columns from batch to batch, also where one has gaps", async () => {
    const sql = "select case when i < 10 then i else null end as n from range(20) t(i)";

    expect(await batchesOf({ sql, batchRows: 10 })).toEqual([
      { n: Float64Array.from({ length: 10 }, (_, i) => i) },
      { n: new Float64Array(10).fill(Number.NaN) },
    ]);
  });

  test("keeps the order of files and their rows, also of many threads", async ({ folder }) => {
    for (const part of [0, 1, 2])
      await writeRows(
        join(folder, `${part}.parquet`),
        `select ${part} * 200_000 + i as i from range(200_000) t(i)`,
      );
    const options = { path: join(folder, "*.parquet"), limits: { threads: 4 } };

    let next = 0;
    for await (const batch of await streamDuckdb(options, context))
      for (const i of batch["i"] ?? []) if (i === next) next += 1;

    expect(next).toBe(600_000);
  });

  test("ends a failure far down in an error, not in fewer rows", async ({ folder }) => {
    const sql = `select cast(case when i = 900_000 then 'x' else '1' end as integer) as n, i
      from range(1_000_000) t(i)`;
    const path = join(folder, "a.csv");
    await writeFile(path, `a\n${"1\n".repeat(200_000)}x\n`);

    await expect(batchesOf({ sql })).rejects.toMatchObject({
      code: "duckdb/query",
      message: "the query failed: Conversion Error: Could not convert string 'x' to INT32",
    });
    await expect(batchesOf({ path })).rejects.toMatchObject({
      code: "duckdb/file-format",
      message: expect.stringContaining("Line: 200002"),
    });
  });

  test("names the row of a cell that fits nowhere, in whatever batch", async () => {
    const sql = "select case when i = 7_000 then 2::hugeint ^ 100 else i end::hugeint as n";

    await expect(
      batchesOf({ sql: `${sql} from range(9_000) t(i)`, batchRows: 1_000 }),
    ).rejects.toMatchObject({
      code: "duckdb/invalid-column",
      message: expect.stringMatching(/column "n" has 12676506002282294014967032\d+ in row 7001,/),
    });
  });

  test("can be left in the middle", async () => {
    const recording = recordingContext();
    for await (const batch of await streamDuckdb(
      { sql: "from range(100_000_000_000)" },
      recording,
    )) {
      expect(rowsOf(batch)).toBe(65_536);
      break;
    }

    expect(recording.told).toEqual([
      { query: "from range(100_000_000_000)", files: 0, sizeBytes: 0 },
    ]);
  });

  test("stops in the middle when it is aborted, with the reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let batches = 0;

    const reading = async (): Promise<void> => {
      const options = { sql: "select hash(i) % 8 as h from range(100_000_000_000) t(i)" };
      for await (const _ of await streamDuckdb(options, quietContext(controller.signal))) {
        batches += 1;
        if (batches === 3) controller.abort(reason);
      }
    };

    await expect(reading()).rejects.toBe(reason);
    expect(batches).toBe(3);
  });

  test("stops a query that gives no row for ages when it is aborted", async () => {
    const controller = new AbortController();
    const sql = "select count(*) from range(1_000_000_000_000) t(i) where hash(i) % 7 = 3";
    const failed = loadDuckdb({ sql }, quietContext(controller.signal));

    controller.abort(new Error("enough"));

    await expect(failed).rejects.toThrow("enough");
    await expect(loadDuckdb({ sql }, quietContext(AbortSignal.abort()))).rejects.toThrow("aborted");
    const soon = loadDuckdb({ sql }, quietContext(AbortSignal.timeout(200)));
    await expect(soon).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("stops also while it looks at all rows of a file", async ({ folder }) => {
    const path = await writeRows(
      join(folder, "a.csv"),
      "select i, hash(i) as h, i / 7 as x from range(1_000_000) t(i)",
    );
    const controller = new AbortController();
    const options = { path, csv: { sampleRows: Infinity } };
    const begun = performance.now();
    await loadDuckdb(options, context);
    const wholeMs = performance.now() - begun;

    const stopped = performance.now();
    const failed = loadDuckdb(options, quietContext(controller.signal));
    setTimeout(() => controller.abort(new Error("enough")), wholeMs / 20);

    await expect(failed).rejects.toThrow("enough");
    expect(performance.now() - stopped).toBeLessThan(wholeMs * 0.7);
  });

  test.for([
    [{ batchRows: 0 }, "`batchRows` is 0, not a whole number above 0"],
    [{ limits: { threads: 1.5 } }, "`threads` is 1.5"],
    [{ limits: { memoryBytes: -1 } }, "`memoryBytes` is -1"],
    [{ columns: ["i"] }, "`columns` cannot stand beside `sql`"],
    [{ tables: { "": "a.csv" } }, '`tables` cannot have the name ""'],
    // what a caller without types may pass
    [{ numbers: "int" as "exact" }, '`numbers` is "int"'],
  ] as const)("refuses %o", async ([options, why]) => {
    const failed = batchesOf({ sql: "select 1 as i", ...options });

    await expect(failed).rejects.toMatchObject({ code: "duckdb/invalid-option" });
    await expect(failed).rejects.toThrow(why);
  });
});

describe("streamDuckdb, in a fan-out", () => {
  const rows = 1_000_000;
  /** Each item waits for another one, so that it ends only if several are worked on. */
  const nodes = (watch: { alive: number; most: number; pass?: () => void }) => ({
    batch: each(bind(streamDuckdb, { path: "tripsPath", batchRows: value(20_000) })),
    part: async ({ batch }: { batch: Table }): Promise<number> => {
      watch.alive += 1;
      watch.most = Math.max(watch.most, watch.alive);
      watch.pass?.();
      await new Promise<void>((resolve) => {
        watch.pass = resolve;
        if (watch.alive > 1) setImmediate(resolve);
      });
      watch.alive -= 1;
      return numberColumns(batch, ["km"]).km.reduce((sum, km) => sum + km, 0);
    },
    total: collect(({ part }: { part: readonly number[] }) => part.reduce((a, b) => a + b, 0)),
  });

  test("sums up a file batch by batch, some at once, and tells lineage what it read", async ({
    folder,
  }) => {
    const tripsPath = await writeRows(
      join(folder, "trips.parquet"),
      `select i as km from range(${rows}) t(i)`,
    );
    const watch = { alive: 0, most: 0 };
    const ends: NodeEnd[] = [];
    const plugin = { name: "ends", onNodeEnd: (end: NodeEnd) => void ends.push(end) };

    const run = graph(nodes(watch)).plan("total");
    const { told, record } = recordingContext();
    const { total } = await run.run(
      { tripsPath },
      { concurrency: 3, plugins: [plugin], context: { record } },
    );

    expect(total).toBe((rows * (rows - 1)) / 2);
    expect(watch.most).toBeGreaterThan(1);
    expect(watch.most).toBeLessThanOrEqual(3);
    expect(ends.find(({ call }) => call.node.name === "batch")?.facts).toMatchObject({
      path: tripsPath,
      files: 1,
    });
    expect(told).toContainEqual({ rows, columns: 1, batches: 50 });
  });

  test("stops reading when a node behind it fails", async ({ folder }) => {
    const tripsPath = await writeRows(
      join(folder, "trips.parquet"),
      `select i as km from range(${rows}) t(i)`,
    );
    let parts = 0;
    const failing = {
      batch: each(bind(streamDuckdb, { path: "tripsPath", batchRows: value(1_000) })),
      part: ({ batch }: { batch: Table }): number => {
        parts += 1;
        if (batch["km"]?.[0] === 5_000) throw new RangeError("too far");
        return 0;
      },
      total: collect(({ part }: { part: readonly number[] }) => part.length),
    };

    const run = graph(failing).plan("total").run({ tripsPath });

    await expect(run).rejects.toThrow("too far");
    expect(parts).toBeLessThan(50);
  });
});
