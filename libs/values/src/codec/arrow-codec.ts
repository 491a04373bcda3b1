import { type Schema, Table, tableFromIPC, tableToIPC, type Vector } from "apache-arrow";
import { columnNames } from "../column-names.ts";
import type { Codec } from "./codec.ts";

/** Arrow tables as an IPC stream. */
export const arrowCodec: Codec<Table> = {
  name: "arrow",
  matches: isTable,
  encode: (table) => tableToIPC(table, "stream"),
  decode: (bytes) => tableFromIPC(bytes),
  identity: (table) => ({
    rows: table.numRows,
    columns: fieldsOf(table).map(({ name, type }, index) => [
      name,
      String(type),
      contentOf(table.getChildAt(index)),
    ]),
  }),
  summarize: (table) => {
    const names = fieldsOf(table).map((field) => field.name);
    return {
      type: "table",
      preview: `${table.numRows} × ${names.length}: ${names.join(", ")}`.slice(0, 200),
      rows: table.numRows,
      columns: columnNames(names),
      shape: [table.numRows, names.length],
    };
  },
};

/** Also a table of another copy of apache-arrow, where `instanceof` fails. */
function isTable(value: unknown): value is Table {
  if (value instanceof Table) return true;
  return (
    typeof value === "object" &&
    value !== null &&
    value.constructor?.name === "Table" &&
    "schema" in value &&
    "batches" in value
  );
}

function fieldsOf(table: Table): Schema["fields"] {
  return table.schema.fields;
}

/** The values of a column, independent of how it is cut into batches or which dictionary it uses. */
function contentOf(column: Vector | null): unknown {
  if (column === null) return null;
  if (column.nullCount > 0) return [...column].map(plain);
  const values: unknown = column.toArray(); // typed in the declaration as `any`
  return Array.isArray(values) ? values.map(plain) : values;
}

/**
 * Rows and lists inside a cell are views of Arrow's, at any depth; their JSON form is plain.
 *
 * A row is a proxy that knows nothing but its fields, so its method is read, not looked for.
 */
function plain(cell: unknown): unknown {
  if (typeof cell !== "object" || cell === null) return cell;
  if (cell instanceof Date || ArrayBuffer.isView(cell)) return cell;
  const { toJSON } = cell as { readonly toJSON?: unknown }; // any object may be asked for a property
  const json: unknown = typeof toJSON === "function" ? toJSON.call(cell) : cell;
  if (Array.isArray(json)) return json.map(plain);
  const fields = Object.entries(json ?? {}).map(([name, field]) => [name, plain(field)] as const);
  return Object.fromEntries(fields);
}
