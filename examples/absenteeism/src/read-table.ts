import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { unzipSync } from "fflate";
import type { RawTable, Series } from "./absence-table.ts";
import { RawDataError } from "./errors.ts";
import { sampleTable } from "./sample-table.ts";

/**
 * Reads a table of numbers.
 *
 * @param source - a file's path or `file:` address, an `http:` or `https:` address, or `sample:SEED` for made-up rows.
 * Files and addresses hold CSV separated by semicolons, or a zip with one `.csv` file.
 * @throws {@link RawDataError} `absenteeism/raw-data`.
 */
export async function readTable(source: string, signal: AbortSignal): Promise<RawTable> {
  const seed = /^sample:(\d+)$/.exec(source)?.[1];
  if (seed !== undefined) return sampleTable(Number(seed));
  return parseTable(await readBytes(source, signal), source);
}

/**
 * Parses CSV separated by semicolons, or the first `.csv` in a zip.
 *
 * @throws {@link RawDataError} `absenteeism/raw-data`.
 */
export function parseTable(bytes: Uint8Array, source: string): RawTable {
  const [header, ...rows] = parseCsv(isZip(bytes) ? csvInside(bytes, source) : bytes, source);
  if (header === undefined || rows.length === 0) throw new RawDataError(source, "it has no rows");
  const columns = header.map((name, index) => [name, seriesOf(rows, index, name, source)] as const);
  return Object.fromEntries(columns);
}

/**
 * The bytes of a file, or of what an address answers.
 *
 * @throws {@link RawDataError} `absenteeism/raw-data`.
 */
export async function readBytes(source: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    if (/^https?:\/\//.test(source)) return await download(source, signal);
    return await readFile(source.startsWith("file:") ? fileURLToPath(source) : source, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof RawDataError ? error : new RawDataError(source, reasonOf(error), error);
  }
}

async function download(address: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(address, { signal });
  if (!response.ok)
    throw new RawDataError(
      address,
      `the server answered ${response.status} ${response.statusText}`,
    );
  return new Uint8Array(await response.arrayBuffer());
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function csvInside(zip: Uint8Array, source: string): Uint8Array {
  const [csv] = Object.values(unzip(zip, source));
  if (csv === undefined) throw new RawDataError(source, "the archive holds no .csv file");
  return csv;
}

function unzip(zip: Uint8Array, source: string): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(zip, { filter: ({ name }) => name.toLowerCase().endsWith(".csv") });
  } catch (error) {
    throw new RawDataError(source, `the archive is broken (${reasonOf(error)})`, error);
  }
}

function parseCsv(bytes: Uint8Array, source: string): readonly (readonly string[])[] {
  try {
    return parse(bytes, { delimiter: ";", bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    throw new RawDataError(source, reasonOf(error), error);
  }
}

function seriesOf(
  rows: readonly (readonly string[])[],
  column: number,
  name: string,
  source: string,
): Series {
  return Float64Array.from(rows, (row, index) => {
    const cell = row[column] ?? "";
    const value = cell === "" ? Number.NaN : Number(cell);
    if (Number.isFinite(value)) return value;
    throw new RawDataError(
      source,
      `row ${index + 1} has "${cell}" in "${name}", which is no number`,
    );
  });
}
