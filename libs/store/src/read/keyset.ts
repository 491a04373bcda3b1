import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import { orUnavailable } from "../in-transaction.ts";

/** One page of a list that is ordered by a key. Both ends are exclusive. */
export interface Keyset {
  /** Rows behind the one with this key, in the order of the list. */
  readonly after?: string | undefined;
  /** Rows before the one with this key. */
  readonly before?: string | undefined;
  /** Rows at most. */
  readonly limit: number;
  /** Reads the list from its end: rows come in the reverse of its order. @default false */
  readonly inverted?: boolean;
}

/** How a list is ordered by its key. */
export type Order = "asc" | "desc";

/** The direction in which a page is read. */
export function directionOf({ inverted = false }: Keyset, order: Order): Order {
  if (!inverted) return order;
  return order === "asc" ? "desc" : "asc";
}

/** The condition that rows of a page fulfil; `key` is a column or an expression of the list. */
export function withinPage<DB, TB extends keyof DB>(
  eb: ExpressionBuilder<DB, TB>,
  key: Expression<unknown>,
  { page, order }: { readonly page: Keyset; readonly order: Order },
): Expression<SqlBool> {
  const [behind, ahead] = order === "asc" ? ([">", "<"] as const) : (["<", ">"] as const);
  const conditions = [
    ...(page.after === undefined ? [] : [eb(key, behind, eb.val(page.after))]),
    ...(page.before === undefined ? [] : [eb(key, ahead, eb.val(page.before))]),
  ];
  return eb.and(conditions);
}

/** Rows in the order of their ids; `undefined` where there is none. */
export function inOrder<Row>(
  ids: readonly string[],
  rows: readonly Row[],
  idOf: (row: Row) => string,
): readonly (Row | undefined)[] {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  return ids.map((id) => byId.get(id));
}

/** Runs a statement that only reads. @throws {@link DatabaseUnavailableError} `db/unavailable`. */
export async function read<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return await orUnavailable(work);
}
