import type { Json, ValueRef } from "@weirflow/contracts";
import { decodeValue } from "@weirflow/values";

/**
 * An inline value as JSON, for people: instants as text, typed arrays as lists, absent fields left out.
 *
 * @returns `undefined` for values that are kept elsewhere, that another codec wrote, or that JSON has no words for.
 */
export function jsonOf(ref: ValueRef): Json | undefined {
  if (ref.kind !== "inline" || ref.codec !== "devalue") return undefined;
  try {
    const value = decodeValue(ref.codec, new Uint8Array(Buffer.from(ref.data, ref.encoding)));
    const text: string | undefined = JSON.stringify(value, (_key, part: unknown) => plain(part));
    // JSON.parse of what JSON.stringify wrote.
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

function plain(part: unknown): unknown {
  if (part instanceof Map || part instanceof Set || typeof part === "bigint")
    throw new TypeError("JSON has no words for it");
  if (ArrayBuffer.isView(part)) {
    if (part instanceof DataView) throw new TypeError("JSON has no words for it");
    // Every view but DataView is a typed array, and those are iterable.
    return [...(part as Uint8Array)];
  }
  return part;
}
