import { jsonObjectSchema, jsonSchema } from "@weirflow/contracts";
import { GraphQLError, valueFromASTUntyped } from "graphql";
import type * as z from "zod";
import { builder } from "./builder.ts";

function parser<S extends z.ZodType>(name: string, schema: S): (value: unknown) => z.output<S> {
  return (value) => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new GraphQLError(`this is no ${name}`);
    return parsed.data;
  };
}

const parseJson = parser("JSON", jsonSchema);
const parseJsonObject = parser("JSON object", jsonObjectSchema);

builder.scalarType("DateTime", {
  description: "An instant as RFC 3339 in UTC.",
  serialize: (at) => at.toISOString(),
  parseValue: () => {
    throw new GraphQLError("instants are never sent");
  },
});

builder.scalarType("JSON", {
  description: "Any JSON value.",
  serialize: (value) => value,
  parseValue: parseJson,
  parseLiteral: (node, variables) => parseJson(valueFromASTUntyped(node, variables)),
});

builder.scalarType("JSONObject", {
  description: "A JSON object.",
  serialize: (value) => value,
  parseValue: parseJsonObject,
  parseLiteral: (node, variables) => parseJsonObject(valueFromASTUntyped(node, variables)),
});
