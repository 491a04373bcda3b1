/** What a number, a reference or an object by itself takes. */
const WORD_BYTES = 8;

/**
 * What a value takes in memory, within a factor of about two; parts that stand in it twice count once.
 *
 * @returns bytes, at least 8.
 */
export function roughBytes(value: unknown): number {
  const seen = new Set<unknown>();
  const left: unknown[] = [value];
  let bytes = 0;
  while (left.length > 0) {
    const part = left.pop();
    bytes += WORD_BYTES;
    if (typeof part === "string") bytes += part.length * 2;
    if (typeof part !== "object" || part === null || seen.has(part)) continue;
    seen.add(part);
    if (ArrayBuffer.isView(part) || part instanceof ArrayBuffer) bytes += part.byteLength;
    else for (const inner of partsOf(part)) left.push(inner);
  }
  return bytes;
}

function partsOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) return value;
  if (value instanceof Map) return [...value].flat();
  return Object.entries(value).flat();
}
