import { MissingColumnError } from "../errors.ts";
import type { NodeContext } from "../node-context.ts";
import type { Deps, Fn, Output } from "../typed/module-types.ts";
import { partNode } from "./fields.ts";

/** A column of a table: of a record of columns, or of a table with `getChild`, like Arrow's. */
export type ColumnOf<T, K extends string> = T extends {
  getChild(name: never): infer V;
}
  ? NonNullable<V>
  : K extends keyof T
    ? T[K]
    : never;

/**
 * Makes columns of the table that a function returns nodes of their own. The function runs once for all of them.
 *
 * @param names - the columns, as the table names them.
 * @throws {@link MissingColumnError} `dag/missing-column`, when a node runs and the table has no such column.
 * @example
 * export const { age, pet } = columns(load, "age", "pet");
 */
export function columns<F extends Fn, const K extends string>(
  fn: F,
  ...names: readonly K[]
): {
  readonly [N in K]: (deps: Deps<F>, context?: NodeContext) => ColumnOf<Output<F>, N>;
} {
  const nodes = names.map((name) => [name, partNode(fn, name, takeColumn)]);
  // takeColumn gives what ColumnOf says
  return Object.freeze(Object.fromEntries(nodes)) as {
    readonly [N in K]: (deps: Deps<F>, context?: NodeContext) => ColumnOf<Output<F>, N>;
  };
}

function takeColumn(table: unknown, name: string): unknown {
  if (typeof table !== "object" || table === null) throw new MissingColumnError(name, []);
  const column = hasGetChild(table) ? table.getChild(name) : ownColumn(table, name);
  if (column == null) throw new MissingColumnError(name, columnNames(table));
  return column;
}

function ownColumn(table: object, name: string): unknown {
  // own keys alone: a column named "toString" is not there by accident
  return Object.hasOwn(table, name) ? (table as Record<string, unknown>)[name] : undefined;
}

interface WithChildren {
  getChild(name: string): unknown;
}

function hasGetChild(table: object): table is WithChildren {
  return "getChild" in table && typeof table.getChild === "function";
}

function columnNames(table: object): readonly string[] {
  if (!hasGetChild(table)) return Object.keys(table);
  // Arrow's tables list their columns here; another kind of table may not
  const { schema } = table as { schema?: { fields?: readonly { name?: unknown }[] } };
  return (schema?.fields ?? []).map((field) => String(field.name));
}
