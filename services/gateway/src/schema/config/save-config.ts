import type { ConfigRow } from "@weirflow/store";
import { saveConfig } from "../../command/save-config.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "../../errors.ts";
import { builder } from "../builder.ts";
import { ConfigRef } from "./config.ts";

const SaveConfigInput = builder.inputType("SaveConfigInput", {
  description: "A new version of a config document.",
  fields: (t) => ({
    name: t.string({ required: true, description: "Of the document." }),
    body: t.field({
      type: "JSONObject",
      required: true,
      description: 'The whole document; `{ "$secret": true }` keeps a secret as it is.',
    }),
    expectedVersion: t.int({
      description: "The version that was edited; absent: whatever is current.",
    }),
  }),
});

const SaveConfigPayload = builder
  .objectRef<{ readonly config: ConfigRow }>("SaveConfigPayload")
  .implement({
    description: "A config document was saved.",
    fields: (t) => ({
      config: t.field({
        type: ConfigRef,
        description: "The document.",
        resolve: ({ config }) => config,
      }),
    }),
  });

builder.mutationField("saveConfig", (t) =>
  t.field({
    type: SaveConfigPayload,
    description: "Saves a new version of a config document, once it fits its schema.",
    errors: { types: [InvalidInputError, NotFoundError, ConflictError] },
    args: { input: t.arg({ type: SaveConfigInput, required: true, description: "What to save." }) },
    resolve: async (_root, { input }, context) => ({ config: await saveConfig(context, input) }),
  }),
);
