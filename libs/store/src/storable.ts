/**
 * A copy of a JSON value that Postgres takes: what no text of Postgres can hold (the character NUL, halves of surrogate
 * pairs) becomes U+FFFD. For what people read, such as errors and titles; never for data.
 */
export function storable<T>(value: T): T {
  // Parsing what was written gives the same shape back.
  return JSON.parse(JSON.stringify(value, (_key, part: unknown) => storablePart(part))) as T;
}

function storablePart(part: unknown): unknown {
  return typeof part === "string" ? part.toWellFormed().replaceAll("\0", "\uFFFD") : part;
}
