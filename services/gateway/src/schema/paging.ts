import {
  type DefaultConnectionArguments,
  type PageInfoShape,
  resolveCursorConnection,
} from "@pothos/plugin-relay";
import type { Keyset } from "@weirflow/store";
import { GraphQLError } from "graphql";
import { isUuid } from "./ids.ts";

/** No page is longer. */
export const MAX_PAGE = 100;
/** A page whose length nobody said. */
export const DEFAULT_PAGE = 20;

/** How a list is paged. */
export interface Paging<Row> {
  readonly args: DefaultConnectionArguments;
  /** The key by which the list is ordered; it is the cursor, too. */
  readonly keyOf: (row: Row) => string;
  /** Whether a text can be such a key. @default uuids */
  readonly isKey?: (text: string) => boolean;
  readonly load: (page: Keyset) => Promise<readonly Row[]>;
}

/** A page as Relay has it. */
export interface Connection<Row> {
  readonly edges: { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: PageInfoShape;
}

/** A page of a list as a Relay connection. */
export async function connectionOf<Row extends object>({
  args,
  keyOf,
  isKey = isUuid,
  load,
}: Paging<Row>): Promise<Connection<Row>> {
  for (const cursor of [args.after, args.before])
    if (cursor != null && !isKey(cursor))
      throw new GraphQLError(`"${cursor.slice(0, 80)}" is no cursor of this list`);
  const connection = await resolveCursorConnection(
    // The rows are those that `load` gives; the types of the plugin do not follow a generic row.
    { args, defaultSize: DEFAULT_PAGE, maxSize: MAX_PAGE, toCursor: (row) => keyOf(row as Row) },
    async (page): Promise<readonly unknown[]> => await load(page),
  );
  return connection as Connection<Row>; // likewise
}

/** A page of each of several lists. */
export type KeyedPage = Keyset;

/** Rows of several lists, each with its own, in the order of the keys. */
export function pagesByKey<Row>(
  keys: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): readonly (readonly Row[])[] {
  const byKey = Map.groupBy(rows, keyOf);
  return keys.map((key) => byKey.get(key) ?? []);
}
