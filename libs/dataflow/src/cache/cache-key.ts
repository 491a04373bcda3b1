import { hash } from "node:crypto";
import type { CacheFacts } from "./cache-store.ts";

/**
 * The key of a node's value: its name, its code, the branches it took, and the content of what it took.
 *
 * Equal keys and different values mean that the node is not deterministic.
 *
 * @returns sha-256, 64 hexadecimal digits.
 */
export function nodeCacheKey({ node, variant, codeVersion, inputs }: CacheFacts): string {
  const named = Object.entries(inputs).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return hash("sha256", JSON.stringify([node, variant, codeVersion, named]), "hex");
}
