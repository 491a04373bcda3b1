import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { decodeParts } from "./decode-text.ts";
import { FileFormatError, InvalidOptionError } from "./errors.ts";

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
  readonly encoding: string;
}

/**
 * Takes a CSV file apart.
 *
 * @throws {@link FileFormatError} `io/file-format` where rows differ in length, quotes stay open, a column has no name
 * or that of another, there is no header, or the bytes are of another encoding; {@link InvalidOptionError}
 * `io/invalid-option` for a delimiter or an encoding that cannot be.
 */
export async function csvCells(parts: AsyncIterable<Uint8Array>, form: CsvForm): Promise<CsvCells> {
  checkDelimiter(form.delimiter);
  const rows = new Rows(form);
  const parser = parse({
    delimiter: form.delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    trim: true,
    relax_column_count: true, // `Rows` looks at it
    // makes each cell a text or null
    cast: (cell, { quoting }): CsvCell => (cell === "" && !quoting ? null : cell),
  });
  const { path, encoding } = form;
  try {
    const text = decodeParts(parts, { path, encoding, format: "CSV" });
    await pipeline(text, parser, async (parsed: AsyncIterable<CsvCell[]>) => {
      for await (const row of parsed) rows.add(row);
    });
  } catch (error) {
    if (error instanceof CsvError) throw new FileFormatError(path, "CSV", error.message, error);
    throw error;
  }
  return rows.finish();
}

/**
 * Sees that a delimiter can be told from what it delimits.
 *
 * @throws {@link InvalidOptionError} `io/invalid-option`.
 */
export function checkDelimiter(delimiter: string): void {
  if (delimiter === "" || /["\r\n]/.test(delimiter))
    throw new InvalidOptionError("delimiter", delimiter, "empty, or has a quote or a line end");
}

class Rows {
  readonly #form: CsvForm;
  #names: readonly string[] | undefined;
  #columns: CsvCell[][] = [];
  #count = 0;

  constructor(form: CsvForm) {
    this.#form = form;
  }

  add(row: readonly CsvCell[]): void {
    if (this.#names === undefined) {
      const { header } = this.#form;
      this.#names = header ? this.#checkedNames(row) : row.map((_, i) => `column${i + 1}`);
      this.#columns = row.map(() => []);
      if (header) return;
    }
    if (isBlank(row) && this.#columns.length > 1) return;
    this.#count += 1;
    if (row.length !== this.#columns.length)
      throw this.#refused(
        `row ${this.#count} has ${row.length} cells where there are ${this.#columns.length} columns`,
      );
    for (const [i, column] of this.#columns.entries()) column.push(row[i] ?? null);
  }

  finish(): CsvCells {
    if (this.#names === undefined && this.#form.header)
      throw this.#refused("it is empty, where the first row should name the columns");
    return { names: this.#names ?? [], columns: this.#columns };
  }

  #checkedNames(row: readonly CsvCell[]): readonly string[] {
    const seen = new Set<string>();
    return row.map((name, i) => {
      if (name === null || name === "") throw this.#refused(`column ${i + 1} has no name`);
      if (seen.has(name)) throw this.#refused(`two columns are called "${name}"`);
      seen.add(name);
      return name;
    });
  }

  #refused(why: string): FileFormatError {
    return new FileFormatError(this.#form.path, "CSV", why);
  }
}

function isBlank(row: readonly CsvCell[]): boolean {
  return row.length === 1 && row[0] === null;
}
