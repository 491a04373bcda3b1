import type { Json } from "@weirflow/contracts";

/** The value at a path; `undefined` where there is none. Only own properties count. */
export function valueAt(root: Json | undefined, path: readonly string[]): Json | undefined {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    // an own property of JSON is JSON; an array answers to its indices
    value = (value as Readonly<Record<string, Json>>)[key];
  }
  return value;
}
