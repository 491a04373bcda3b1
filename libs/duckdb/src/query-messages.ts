import type { ErrorRecord } from "@weirflow/errors";
import type { FoundTables } from "./find-tables.ts";
import type { QueryPlan } from "./options.ts";
import type { Table } from "./table.ts";

/** What the process of a query is told: the query, once, and then each time that rows are wanted. */
export type ToQuery =
  | { readonly kind: "run"; readonly plan: QueryPlan; readonly found: FoundTables }
  | { readonly kind: "next"; readonly maxRows: number };

/** Some rows of a result. */
export interface RowsPart {
  readonly table: Table;
  readonly rows: number;
  readonly sizeBytes: number;
}

/** What it answers to each. */
export type FromQuery =
  | { readonly kind: "runs"; readonly empty: Table }
  | ({ readonly kind: "rows" } & RowsPart)
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly error: ErrorRecord };
