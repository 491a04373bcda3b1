import { hash } from "node:crypto";

const HEX_64 = /^[0-9a-f]{64}$/;

/**
 * The 128 bits under which a content hash is kept: the first half of 64 hex digits; of anything else, of its sha-256.
 *
 * @returns a UUID in lower case, 16 bytes in Postgres.
 * @example
 * hashId("ab".repeat(32)); // "abababab-abab-abab-abab-abababababab"
 */
export function hashId(contentHash: string): string {
  const hex = HEX_64.test(contentHash) ? contentHash : hash("sha256", contentHash, "hex");
  return uuidOf(hex);
}

/** The first 32 of these hex digits as a UUID. */
export function uuidOf(hex: string): string {
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `${parts.join("-")}-${hex.slice(20, 32)}`;
}

/** The 32 hex digits of a UUID. */
export function hexOf(uuid: string): string {
  return uuid.replaceAll("-", "");
}
