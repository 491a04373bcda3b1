import { typeName } from "./type-name.ts";

/** A preview is never longer. */
export const PREVIEW_CHARS = 200;
/** Entries of one array, object, Map or Set that a preview looks at. */
const MAX_ENTRIES = 20;
const MAX_DEPTH = 4;

/**
 * A value in one line, for people: at most 200 characters, whatever the value's size.
 *
 * Runs no code of the value's: getters are not read, and of an instance of a class only its name is shown.
 *
 * @example
 * preview({ rows: 151, name: "validation" }); // '{rows: 151, name: "validation"}'
 */
export function preview(value: unknown): string {
  const out = { text: "" };
  write(out, value, MAX_DEPTH);
  return out.text.length <= PREVIEW_CHARS ? out.text : `${out.text.slice(0, PREVIEW_CHARS - 1)}…`;
}

interface Line {
  text: string;
}

function write(out: Line, value: unknown, depthLeft: number): void {
  if (typeof value !== "object" || value === null) out.text += scalar(value);
  else if (value instanceof Date) out.text += isoOf(value);
  else if (depthLeft === 0) out.text += "…";
  else if (Array.isArray(value)) writeList(out, "[", value, value.length, depthLeft);
  else if (ArrayBuffer.isView(value)) writeView(out, value, depthLeft);
  else if (value instanceof Set) writeList(out, "Set[", value, value.size, depthLeft);
  else if (value instanceof Map) writeMap(out, value, depthLeft);
  else if (typeName(value) === "object") writeObject(out, value, depthLeft);
  else out.text += `[${typeName(value)}]`;
}

function scalar(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > PREVIEW_CHARS ? value.slice(0, PREVIEW_CHARS) : value);
  if (typeof value === "bigint") return value.toString().slice(0, PREVIEW_CHARS) + "n";
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  return Object.is(value, -0) ? "-0" : String(value);
}

function isoOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? "invalid date" : date.toISOString();
}

function writeView(out: Line, view: ArrayBufferView, depthLeft: number): void {
  const isList = !(view instanceof DataView);
  // Every view but DataView is an iterable list with a length.
  const list = isList ? (view as unknown as Iterable<unknown> & { length: number }) : [];
  out.text += typeName(view);
  writeList(out, "[", list, isList ? (list as { length: number }).length : 0, depthLeft);
}

function writeList(
  out: Line,
  open: string,
  items: Iterable<unknown>,
  count: number,
  depthLeft: number,
): void {
  out.text += open;
  let written = 0;
  for (const item of items) {
    if (written > 0) out.text += ", ";
    if (isFull(out, written)) break;
    write(out, item, depthLeft - 1);
    written += 1;
  }
  out.text += written < count ? `… ${count} in all]` : "]";
}

function writeMap(out: Line, map: ReadonlyMap<unknown, unknown>, depthLeft: number): void {
  writeList(out, "Map[", map, map.size, depthLeft + 1);
}

function writeObject(out: Line, value: object, depthLeft: number): void {
  out.text += "{";
  let written = 0;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    if (written > 0) out.text += ", ";
    if (isFull(out, written)) {
      out.text += "…";
      break;
    }
    out.text += `${key.slice(0, PREVIEW_CHARS)}: `;
    const field = Object.getOwnPropertyDescriptor(value, key);
    if (field !== undefined && "value" in field) write(out, field.value, depthLeft - 1);
    else out.text += "[getter]";
    written += 1;
  }
  out.text += "}";
}

function isFull(out: Line, written: number): boolean {
  return written >= MAX_ENTRIES || out.text.length >= PREVIEW_CHARS;
}
