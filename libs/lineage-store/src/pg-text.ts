/** Text as Postgres can keep it: NUL and lone surrogates become U+FFFD. */
export function pgText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}

/** JSON as `jsonb` can keep it; `null` for an absent value. */
export function pgJson(value: unknown): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "string" ? pgText(part) : part,
  );
}
