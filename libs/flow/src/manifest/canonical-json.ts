import type { Json } from "@weirflow/contracts";

/** JSON with sorted keys and no spaces: equal values give equal text. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(sorted);
  const keys = Object.keys(value).sort();
  return Object.fromEntries(
    keys.flatMap((key) => {
      const field = value[key];
      return field === undefined ? [] : [[key, sorted(field)]];
    }),
  );
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
