import {
  type ConfigRow,
  configsByNames,
  type ConfigVersionRow,
  pageOfConfigs,
  pageOfConfigVersions,
} from "@weirflow/store";
import { builder } from "../builder.ts";
import { loaded } from "../ids.ts";
import { connectionOf } from "../paging.ts";
import { maskSecrets } from "./secrets.ts";

/** A config document; by its name it is loaded when it is needed. */
export const ConfigRef = builder.loadableNodeRef("Config", {
  id: { resolve: (config: ConfigRow) => config.name },
  load: async (names: string[], { store, signal }) =>
    await loaded(
      names,
      () => true,
      async (known) => await configsByNames(store, known, signal),
    ),
  toKey: (config) => config.name,
});

/** A version, and the document's schema, which says what of it is secret. */
type ShownVersion = ConfigVersionRow & Pick<ConfigRow, "schema">;

const ConfigVersionRef = builder.objectRef<ShownVersion>("ConfigVersion").implement({
  description: "A version of a config document.",
  fields: (t) => ({
    version: t.exposeInt("version", { description: "From 1." }),
    body: t.field({
      type: "JSONObject",
      description: "The document, without its secrets.",
      resolve: ({ schema, body }) => maskSecrets(schema, body),
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "When it was saved.",
      resolve: (row) => row.createdAt,
    }),
  }),
});

const ConfigConnection = builder.connectionObject(
  { type: ConfigRef, name: "ConfigConnection" },
  { name: "ConfigEdge" },
);

const ConfigVersionConnection = builder.connectionObject(
  { type: ConfigVersionRef, name: "ConfigVersionConnection" },
  { name: "ConfigVersionEdge" },
);

builder.objectType(ConfigRef, {
  description: "A typed, versioned document that flows read.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Unique." }),
    version: t.exposeInt("version", { description: "The newest; 0 before anything was saved." }),
    body: t.field({
      type: "JSONObject",
      description:
        'The newest version. Secret fields read `{ "$secret": true }`; sent back, that keeps them.',
      resolve: ({ schema, body }) => maskSecrets(schema, body ?? {}),
    }),
    schema: t.field({
      type: "JSONObject",
      description: "JSON Schema (2020-12) of the document.",
      resolve: ({ schema }) => schema,
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "First deployed.",
      resolve: (row) => row.createdAt,
    }),
    updatedAt: t.field({
      type: "DateTime",
      description: "Last saved.",
      resolve: (row) => row.updatedAt,
    }),
    versions: t.connection(
      {
        type: ConfigVersionRef,
        description: "Its versions, newest first.",
        resolve: async ({ name, schema }, args, { store, signal }) =>
          await connectionOf({
            args,
            keyOf: ({ version }: ShownVersion) => String(version),
            isKey: (text) => /^\d{1,9}$/.test(text),
            load: async (page) =>
              (await pageOfConfigVersions(store, { name, page }, signal)).map((row) => ({
                ...row,
                schema,
              })),
          }),
      },
      ConfigVersionConnection,
    ),
  }),
});

builder.queryFields((t) => ({
  config: t.field({
    type: ConfigRef,
    nullable: true,
    description: "A config document by its name.",
    args: { name: t.arg.string({ required: true, description: "Of the document." }) },
    resolve: (_root, { name }) => name,
  }),
  configs: t.connection(
    {
      type: ConfigRef,
      description: "All config documents by name.",
      resolve: async (_root, args, { store, signal }) =>
        await connectionOf({
          args,
          keyOf: ({ name }: ConfigRow) => name,
          isKey: () => true,
          load: async (page) => await pageOfConfigs(store, page, signal),
        }),
    },
    ConfigConnection,
  ),
}));
