import { hashValue } from "@weirflow/dataflow";
import type { Codecs } from "./codec/codecs.ts";

/**
 * The hash of a value's content: equal for equal values, whatever codec or process wrote them.
 *
 * Arrow tables count by the names, types and contents of their columns.
 *
 * @returns 64 hexadecimal digits.
 */
export function valueHash(value: unknown, codecs: Codecs): string {
  return hashValue(value, { codecs: (part: unknown) => codecs.special(part) });
}
