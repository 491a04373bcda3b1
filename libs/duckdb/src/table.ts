/** One cell of a column that is no typed array; `null` for what is missing. */
export type Cell = string | number | boolean | bigint | Date | null;

/** The values of one column, one for each row. Cells other than `null` are of one kind. */
export type Column = Float64Array | Float32Array | Int32Array | BigInt64Array | readonly Cell[];

/** A table: its columns by name, all equally long; what the loaders of `@weirflow/io` give and its savers take. */
export type Table = Readonly<Record<string, Column>>;
