/** The property, `true`, by which an object says that it is a secret. Shared by all copies of this package. */
export const SECRET: unique symbol = Symbol.for("weirflow.secret");

/**
 * Whether a value is marked as a secret: it is never hashed by its content, and no cache stores what holds it.
 *
 * @example
 * class Password {
 *   readonly [SECRET] = true;
 * }
 * isSecret(new Password()); // true
 */
export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && SECRET in value && value[SECRET] === true;
}
