/** Text as Postgres can keep it: NUL and lone surrogates become U+FFFD. */
export function pgText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}

/** JSON as `jsonb` can keep it, names too; `null` for an absent value. */
export function pgJson(value: unknown): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "string") return pgText(part);
    return isRecord(part) ? withKeptNames(part) : part;
  });
}

function isRecord(part: unknown): part is object {
  return typeof part === "object" && part !== null && !Array.isArray(part);
}

function withKeptNames(part: object): object {
  const names = Object.keys(part);
  if (names.every((name) => pgText(name) === name)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, of]) => [pgText(name), of]));
}
