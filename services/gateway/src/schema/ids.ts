const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text can be the id of a row. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The uuid in `<type>:<uuid>` or in the bare id; `undefined` for anything else. */
export function bareId(type: string, id: string): string | undefined {
  const bare = id.startsWith(`${type}:`) ? id.slice(type.length + 1) : id;
  return isUuid(bare) ? bare : undefined;
}

/**
 * Loads rows for a loader: ids that no row can have are not asked for.
 *
 * @returns rows in the order of the ids; `null` where there is none, which nullable fields pass on.
 */
export async function loaded<Row>(
  ids: readonly string[],
  isId: (id: string) => boolean,
  load: (ids: readonly string[]) => Promise<readonly (Row | undefined)[]>,
): Promise<readonly Row[]> {
  const known = ids.filter(isId);
  const rows = known.length === 0 ? [] : await load(known);
  const byId = new Map(known.map((id, i) => [id, rows[i]]));
  // GraphQL checks it at run time: a field that is not nullable refuses null.
  return ids.map((id) => (byId.get(id) ?? null) as Row);
}
