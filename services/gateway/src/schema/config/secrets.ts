import type { Json, JsonObject } from "@weirflow/contracts";

/** What stands for a secret that is kept. Sent back, it keeps the secret as it is. */
const MASK: JsonObject = { $secret: true };

/** A document without its secrets: fields that its schema calls `writeOnly` read `{ "$secret": true }`. */
export function maskSecrets(schema: JsonObject, body: JsonObject): JsonObject {
  return mapSecrets(schema, body, () => MASK);
}

/** A document with the secrets of its predecessor wherever it has the mask in their place. */
export function keepSecrets(
  schema: JsonObject,
  body: JsonObject,
  previous: JsonObject,
): JsonObject {
  return mapSecrets(schema, body, (value, path) =>
    isMask(value) ? (at(previous, path) ?? value) : value,
  );
}

type Change = (value: Json, path: readonly string[]) => Json;

function mapSecrets(schema: JsonObject, body: JsonObject, change: Change): JsonObject {
  // An object stays one, unless the whole document is a secret, which no schema says.
  return walk(schema, body, { change, path: [] }) as JsonObject;
}

interface Place {
  readonly change: Change;
  readonly path: readonly string[];
}

function walk(schema: Json | undefined, value: Json, { change, path }: Place): Json {
  if (!isObject(schema)) return value;
  if (schema["writeOnly"] === true) return change(value, path);
  if (Array.isArray(value))
    return value.map((one: Json, i) =>
      walk(schema["items"], one, { change, path: [...path, String(i)] }),
    );
  if (!isObject(value)) return value;
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      const inner = Object.hasOwn(properties, key)
        ? properties[key]
        : schema["additionalProperties"];
      return [key, walk(inner, part, { change, path: [...path, key] })];
    }),
  );
}

function at(value: Json, path: readonly string[]): Json | undefined {
  let found: Json | undefined = value;
  for (const key of path) {
    if (Array.isArray(found)) found = found[Number(key)];
    else found = isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return found;
}

function isMask(value: Json): boolean {
  return isObject(value) && value["$secret"] === true;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
