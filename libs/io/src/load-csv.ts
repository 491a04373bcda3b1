import type { NodeContext } from "@weirflow/dataflow";
import { didYouMean } from "@weirflow/errors";
import { eachTime, type IoNode } from "./each-time.ts";
import { CSV_TYPES, csvColumn, type CsvType } from "./csv-column.ts";
import { FileFormatError, InvalidOptionError } from "./errors.ts";
import { csvCells } from "./csv-cells.ts";
import { DEFAULT_MAX_BYTES, fileParts } from "./open-file.ts";
import { sizeOf, type Table } from "./table.ts";

/** What {@link loadCsv} takes. */
export interface LoadCsvOptions {
  readonly path: string;
  /** What stands between cells. @default "," */
  readonly delimiter?: string | undefined;
  /** Whether the first row names the columns; else they are `column1`, `column2`, … @default true */
  readonly header?: boolean | undefined;
  /** What columns hold, by name; the others are looked at. */
  readonly types?: Readonly<Record<string, CsvType>> | undefined;
  /** A label that `TextDecoder` knows: `latin1`, `utf-16le`, … @default "utf-8" */
  readonly encoding?: string | undefined;
  /** @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Reads a CSV file as a table, part by part.
 *
 * A column without a type in `types` is a `Float64Array` where every cell is a number or empty (`NaN`), booleans where
 * every cell is `true`, `false` or empty, and text otherwise. Numbers with leading zeros or a plus, and integers of more
 * digits than a number keeps, are text. Empty cells are `null`, `""` in quotes is an empty text. Space around cells is
 * left out, and so are blank lines where there are two columns or more. Lines end in any way.
 *
 * Records `path`, `sizeBytes`, `rows`, `columns`.
 *
 * @throws {@link FileMissingError} `io/file-missing`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`, {@link FileFormatError} `io/file-format`, naming row and column,
 * {@link InvalidOptionError} `io/invalid-option`.
 * @example
 * export const rawTable = bind(loadCsv, { path: "rawPath", delimiter: value(";") });
 */
export const loadCsv: IoNode<LoadCsvOptions, Table> = eachTime(readCsv);

async function readCsv(
  {
    path,
    delimiter = ",",
    header = true,
    types = {},
    encoding = "utf-8",
    maxBytes = DEFAULT_MAX_BYTES,
  }: LoadCsvOptions,
  { record, signal }: NodeContext,
): Promise<Table> {
  let sizeBytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of fileParts({ path, maxBytes, signal })) {
      sizeBytes += part.length;
      yield part;
    }
  };
  const { names, columns } = await csvCells(counted(), { path, delimiter, header, encoding });
  const typeOf = checkedTypes(path, names, types);
  const column = (name: string, i: number) =>
    csvColumn(columns[i] ?? [], { path, name, type: typeOf.get(name) });
  const table: Table = Object.fromEntries(names.map((name, i) => [name, column(name, i)]));
  record({ path, sizeBytes, ...sizeOf(table) });
  return table;
}

function checkedTypes(
  path: string,
  names: readonly string[],
  types: Readonly<Record<string, CsvType>>,
): ReadonlyMap<string, CsvType> {
  for (const [name, type] of Object.entries(types)) {
    if (!names.includes(name))
      throw new FileFormatError(
        path,
        "CSV",
        `it has no column "${name}", whose type is given${didYouMean(name, names)}`,
      );
    if (!CSV_TYPES.includes(type))
      throw new InvalidOptionError("types", type, `not one of ${CSV_TYPES.join(", ")}`);
  }
  return new Map(Object.entries(types));
}
