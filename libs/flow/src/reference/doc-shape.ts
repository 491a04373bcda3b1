import type * as z from "zod";

/** What a reference to a document can be asked for. */
export type DocShape =
  /** Fields by name. */
  | { readonly kind: "fields"; readonly fields: ReadonlyMap<string, z.core.$ZodType> }
  /** Any name, of one type. */
  | { readonly kind: "any"; readonly value: z.core.$ZodType }
  /** Nothing: a leaf, or a value whose type is not known. */
  | { readonly kind: "leaf" };

const LEAF: DocShape = { kind: "leaf" };

/** What the documents of a schema can be asked for, seen through `optional`, `default` and the like. */
export function docShape(schema: z.core.$ZodType | undefined): DocShape {
  if (schema === undefined) return LEAF;
  // the classic types are the closed set that every zod schema belongs to
  const { def } = (schema as z.core.$ZodTypes)._zod;
  // optional, nullable, default, readonly, …
  if ("innerType" in def) return docShape(def.innerType);
  switch (def.type) {
    case "object":
      return { kind: "fields", fields: new Map(Object.entries(def.shape)) };
    case "record":
      return { kind: "any", value: def.valueType };
    case "lazy":
      return docShape(def.getter());
    case "union":
      return joined(def.options.map((option) => docShape(option)));
    case "intersection":
      return joined([docShape(def.left), docShape(def.right)]);
    default:
      return LEAF;
  }
}

/** The fields of all; the types say which of them every member has. */
function joined(shapes: readonly DocShape[]): DocShape {
  const fields = shapes.flatMap((shape) => (shape.kind === "fields" ? [...shape.fields] : []));
  return fields.length === 0 ? LEAF : { kind: "fields", fields: new Map(fields) };
}
