import { UnwritableValueError } from "./errors.ts";

/** A value that JSON can say. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * Sees that JSON can say all of a value: `JSON.stringify` would drop or change the rest without a word.
 *
 * @throws {@link UnwritableValueError} `io/unwritable-value`, naming the place.
 */
export function checkJson(value: unknown): asserts value is Json {
  const open: { readonly part: unknown; readonly place: string; readonly depth: number }[] = [
    { part: value, place: "", depth: 0 },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { part, place, depth } = next;
    if (depth > MAX_DEPTH) throw refused(place, "is nested too deeply, or holds itself");
    if (isLeaf(part)) continue;
    for (const [key, inner] of entriesOf(part, place))
      open.push({ part: inner, place: `${place}/${key}`, depth: depth + 1 });
  }
}

/** Nesting that `JSON.stringify` and `JSON.parse` manage with room to spare. */
const MAX_DEPTH = 1_000;

function isLeaf(part: unknown): boolean {
  if (part === null || typeof part === "string" || typeof part === "boolean") return true;
  return typeof part === "number" && Number.isFinite(part);
}

function entriesOf(part: unknown, place: string): Iterable<readonly [string | number, unknown]> {
  if (Array.isArray(part)) return part.entries();
  if (!isPlain(part)) throw refused(place, `is ${nameOf(part)}`);
  return Object.entries(part);
}

function isPlain(part: unknown): part is object {
  if (typeof part !== "object" || part === null) return false;
  const prototype: unknown = Object.getPrototypeOf(part);
  return prototype === null || prototype === Object.prototype;
}

function nameOf(part: unknown): string {
  if (typeof part === "number") return String(part);
  if (typeof part !== "object") return `of type ${typeof part}`;
  return `a ${Object.prototype.toString.call(part).slice(8, -1)}`;
}

function refused(place: string, why: string): UnwritableValueError {
  return new UnwritableValueError(
    "JSON",
    `${place === "" ? "it" : `"${place}"`} ${why}`,
    "turn it into texts, finite numbers, booleans, null, lists and records first",
  );
}
