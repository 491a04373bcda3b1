/**
 * The name of a value's type, for people: `number`, `null`, `array`, `object`, `Float64Array`, `Map`, the name of a class.
 *
 * @example
 * typeName(new Map()); // "Map"
 */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return "array";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return "object";
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? name.slice(0, 100) : "object";
}
