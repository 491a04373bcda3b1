import type { Json, JsonObject } from "@weirflow/contracts";
import type { PinnedConfigRow, RunRow } from "@weirflow/store";
import { builder } from "../builder.ts";
import { maskSecrets } from "../config/secrets.ts";
import { jsonOf } from "./json-of.ts";
import { type NamedValue, OutputRef } from "./output.ts";

const OriginKind = builder.enumType("OriginKind", {
  description: "What starts runs.",
  values: {
    MANUAL: { value: "manual", description: "Someone." },
    SCHEDULE: { value: "schedule", description: "A schedule." },
    EVENT: { value: "event", description: "A trigger." },
  } as const,
});

/** What started a run. */
export const RunOriginRef = builder.objectRef<RunRow>("RunOrigin").implement({
  description: "What started a run.",
  fields: (t) => ({
    kind: t.field({
      type: OriginKind,
      description: "Its kind.",
      resolve: (run) => run.origin_kind,
    }),
    key: t.string({
      description: "The same key gives the same run.",
      resolve: (run) => run.origin_key,
    }),
    detail: t.field({
      type: "JSONObject",
      nullable: true,
      description: "What else is known of it.",
      resolve: (run): JsonObject | null => run.origin_detail,
    }),
  }),
});

/** A value that a run returned. */
export interface ShownResult {
  readonly name: string;
  readonly json: Json | undefined;
  readonly output: NamedValue | undefined;
}

/** What a run returned, by name. */
export function resultsOf({ results }: RunRow): ShownResult[] {
  return Object.entries(results ?? {}).map(([name, { json, value, output = name }]) => ({
    name,
    json: json ?? (value === undefined ? undefined : jsonOf(value)),
    output: value === undefined ? undefined : { name: output, ref: value },
  }));
}

/** A value that a run returned. */
export const RunResultRef = builder.objectRef<ShownResult>("RunResult").implement({
  description: "What a run returned under a name.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "As the flow names it." }),
    json: t.field({
      type: "JSON",
      nullable: true,
      description: "The value, where it is plain data of at most 64 KiB.",
      resolve: ({ json }) => json,
    }),
    output: t.field({
      type: OutputRef,
      nullable: true,
      description: "The value that a task made.",
      resolve: ({ output }) => output,
    }),
  }),
});

/** A config document as a run pinned it. */
export const PinnedConfigRef = builder.objectRef<PinnedConfigRow>("PinnedConfig").implement({
  description: "A config document at the version that a run took.",
  fields: (t) => ({
    key: t.exposeString("key", { description: "What the flow calls it." }),
    name: t.exposeString("name", { description: "Of the document." }),
    version: t.exposeInt("version", { description: "The version." }),
    body: t.field({
      type: "JSONObject",
      description: "The document, without its secrets.",
      resolve: ({ schema, body }) => maskSecrets(schema, body),
    }),
  }),
});
