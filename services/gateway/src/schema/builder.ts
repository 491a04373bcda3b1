import SchemaBuilder from "@pothos/core";
import DataloaderPlugin from "@pothos/plugin-dataloader";
import ErrorsPlugin from "@pothos/plugin-errors";
import RelayPlugin from "@pothos/plugin-relay";
import type { Json, JsonObject } from "@weirflow/contracts";
import { GraphQLError } from "graphql";
import type { GatewayContext } from "../context.ts";

/** The types that every part of the schema shares. */
export interface SchemaShape {
  Context: GatewayContext;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: never; Output: Date };
    JSON: { Input: Json; Output: Json };
    JSONObject: { Input: JsonObject; Output: JsonObject };
  };
}

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The builder of the schema: each domain type adds itself to it. */
export const builder = new SchemaBuilder<SchemaShape>({
  plugins: [ErrorsPlugin, RelayPlugin, DataloaderPlugin],
  defaultFieldNullability: false,
  errors: {
    directResult: true,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${capitalized(fieldName)}Result`,
      description: "What was done, or why not.",
    },
  },
  relay: {
    cursorType: "String",
    nodesOnConnection: { description: "The objects of this page." },
    // Ids that a person can read: `Run:0199…`.
    encodeGlobalID: (typename, id) => `${typename}:${id}`,
    decodeGlobalID: (globalId) => {
      const at = globalId.indexOf(":");
      if (at < 1) throw new GraphQLError(`"${globalId.slice(0, 80)}" is not the id of an object`);
      return { typename: globalId.slice(0, at), id: globalId.slice(at + 1) };
    },
    nodeTypeOptions: { description: "An object with an id of its own." },
    nodeQueryOptions: {
      description: "Any object by its id.",
      args: { id: { description: "E.g. `Run:0199…`." } },
    },
    nodesQueryOptions: {
      description: "Objects by their ids, in the same order.",
      args: { ids: { description: "E.g. `Run:0199…`." } },
    },
    idFieldOptions: { description: "The object's id, everywhere." },
    pageInfoTypeOptions: { description: "Where a page stands in its list." },
    cursorFieldOptions: { description: "Where the object stands in the list." },
    nodeFieldOptions: { description: "The object.", nullable: false },
    edgesFieldOptions: {
      description: "The objects of this page, each with its cursor.",
      nullable: { list: false, items: false },
    },
    pageInfoFieldOptions: { description: "Where this page stands in its list." },
    hasNextPageFieldOptions: { description: "Whether there is more behind this page." },
    hasPreviousPageFieldOptions: { description: "Whether there is more before this page." },
    startCursorFieldOptions: { description: "The cursor of the first object of this page." },
    endCursorFieldOptions: { description: "The cursor of the last object of this page." },
    firstArgOptions: {
      description: "Objects from the beginning at most, 1 to 100; 20 unless told.",
    },
    lastArgOptions: { description: "Objects from the end at most, 1 to 100." },
    afterArgOptions: { description: "Objects behind this cursor." },
    beforeArgOptions: { description: "Objects before this cursor." },
    defaultConnectionTypeOptions: { description: "A page of a list." },
    defaultEdgeTypeOptions: { description: "An object of a page." },
  },
});

builder.queryType({ description: "What can be read." });
builder.mutationType({ description: "What can be changed." });
builder.subscriptionType({ description: "What can be watched." });
