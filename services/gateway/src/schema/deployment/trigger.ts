import type { TriggerSpec } from "@weirflow/contracts";
import { builder } from "../builder.ts";

/** A trigger, and whether its deployment is paused. */
export interface ShownTrigger {
  readonly slug: string;
  readonly spec: TriggerSpec;
  readonly paused: boolean;
}

const TriggerKind = builder.enumType("TriggerKind", {
  description: "What a trigger listens to.",
  values: {
    EVENT: { value: "event", description: "CloudEvents of a type." },
    SUBJECT: { value: "subject", description: "Messages on subjects." },
  } as const,
});

/** Which messages start a run. */
export const TriggerRef = builder.objectRef<ShownTrigger>("Trigger").implement({
  description: "Which messages start a run of a deployment.",
  fields: (t) => ({
    slug: t.exposeString("slug", { description: "Names it inside its deployment." }),
    kind: t.field({
      type: TriggerKind,
      description: "What it listens to.",
      resolve: ({ spec }) => spec.kind,
    }),
    of: t.string({
      description: "The type of event, or the pattern of subjects.",
      resolve: ({ spec }) => spec.of,
    }),
    match: t.field({
      type: "JSONObject",
      description: "Dotted paths into the event, and what stands there.",
      resolve: ({ spec }) => spec.match,
    }),
    paused: t.exposeBoolean("paused", {
      description: "Whether nothing fires: its deployment is paused.",
    }),
  }),
});
