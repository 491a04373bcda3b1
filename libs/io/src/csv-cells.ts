import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { FileFormatError } from "./errors.ts";

/** A cell as it stands in the file; `null` where there is nothing, not even quotes. */
export type CsvCell = string | null;

/** The cells of a file, column by column. */
export interface CsvCells {
  readonly names: readonly string[];
  readonly columns: readonly (readonly CsvCell[])[];
}

/** How a file is written. */
export interface CsvForm {
  readonly path: string;
  readonly delimiter: string;
  readonly header: boolean;
}

/**
 * Takes a CSV file apart.
 *
 * @throws {@link FileFormatError} `io/file-format` where rows differ in length, quotes stay open, a column has no name
 * or that of another, or the bytes are no UTF-8.
 */
export async function csvCells(
  parts: AsyncIterable<Uint8Array>,
  { path, delimiter, header }: CsvForm,
): Promise<CsvCells> {
  const collected = new Collected(path, header);
  // `cast` makes each cell a text or null
  const cast = (cell: string, { quoting }: { readonly quoting: boolean }): CsvCell =>
    cell === "" && !quoting ? null : cell;
  const parser = parse({ delimiter, trim: true, cast });
  try {
    await pipeline(textParts(parts, path), parser, async (rows: AsyncIterable<CsvCell[]>) => {
      for await (const row of rows) collected.add(row);
    });
  } catch (error) {
    if (error instanceof CsvError) throw new FileFormatError(path, "CSV", error.message, error);
    throw error;
  }
  return collected;
}

class Collected implements CsvCells {
  names: readonly string[] = [];
  columns: CsvCell[][] = [];
  readonly #path: string;
  readonly #header: boolean;

  constructor(path: string, header: boolean) {
    this.#path = path;
    this.#header = header;
  }

  add(row: readonly CsvCell[]): void {
    if (this.columns.length === 0) {
      this.names = this.#header
        ? checkedNames(this.#path, row)
        : row.map((_, i) => `column${i + 1}`);
      this.columns = row.map(() => []);
      if (this.#header) return;
    }
    for (const [i, column] of this.columns.entries()) column.push(row[i] ?? null);
  }
}

function checkedNames(path: string, row: readonly CsvCell[]): readonly string[] {
  const seen = new Set<string>();
  return row.map((name, i) => {
    if (name === null) throw new FileFormatError(path, "CSV", `column ${i + 1} has no name`);
    if (seen.has(name)) throw new FileFormatError(path, "CSV", `two columns are called "${name}"`);
    seen.add(name);
    return name;
  });
}

/** Text from the parts of UTF-8, without a byte order mark. */
async function* textParts(parts: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (part?: Uint8Array): string => {
    try {
      return part === undefined ? decoder.decode() : decoder.decode(part, { stream: true });
    } catch (error) {
      throw new FileFormatError(path, "CSV", "it is not UTF-8", error);
    }
  };
  for await (const part of parts) yield decode(part);
  yield decode();
}
