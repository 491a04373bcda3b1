import type { Json } from "@weirflow/contracts";

/** The value at a path; `undefined` where there is none. Only own properties count, and the indices of arrays. */
export function valueAt(root: Json | undefined, path: readonly string[]): Json | undefined {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = isList(value) ? value[Number(key)] : value[key];
  }
  return value;
}

/** Whether a JSON value is an array; `Array.isArray` alone forgets what is in a readonly one. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
