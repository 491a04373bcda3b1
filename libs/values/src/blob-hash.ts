import { hash } from "node:crypto";
import { InvalidBlobHashError } from "./errors.ts";

const SHA_256 = /^[0-9a-f]{64}$/;

/**
 * The key of encoded bytes in a value store: their sha-256.
 *
 * @returns 64 hexadecimal digits.
 * @example
 * blobHash(new Uint8Array()); // "e3b0c442…"
 */
export function blobHash(bytes: Uint8Array): string {
  return hash("sha256", bytes, "hex");
}

/**
 * The text, if it is a blob hash.
 *
 * @throws {@link InvalidBlobHashError} `values/invalid-hash`.
 */
export function checkBlobHash(text: string): string {
  if (!SHA_256.test(text)) throw new InvalidBlobHashError(text);
  return text;
}
