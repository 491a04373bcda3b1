import type { ValueRef, ValueSummary } from "@weirflow/contracts";
import { builder } from "../builder.ts";
import { jsonOf } from "./json-of.ts";

/** What a value looks like. */
export const ValueSummaryRef = builder.objectRef<ValueSummary>("ValueSummary").implement({
  description: "What a value looks like.",
  fields: (t) => ({
    type: t.exposeString("type", { description: "Short name, e.g. `table`." }),
    preview: t.string({
      nullable: true,
      description: "A line that a person can read.",
      resolve: ({ preview }) => preview,
    }),
    rows: t.float({ nullable: true, description: "Of a table.", resolve: ({ rows }) => rows }),
    columns: t.stringList({
      nullable: true,
      description: "Of a table.",
      resolve: ({ columns }) => columns,
    }),
    shape: t.floatList({
      nullable: true,
      description: "Of a tensor.",
      resolve: ({ shape }) => shape,
    }),
  }),
});

/** A value that a task made, by name. */
export interface NamedValue {
  readonly name: string;
  readonly ref: ValueRef;
}

/** A value that a task made. */
export const OutputRef = builder.objectRef<NamedValue>("Output").implement({
  description: "A value that a task made.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "The node that made it." }),
    valueHash: t.string({
      description: "Hash of its content.",
      resolve: ({ ref }) => ref.valueHash,
    }),
    codec: t.string({ description: "What wrote its bytes.", resolve: ({ ref }) => ref.codec }),
    sizeBytes: t.float({ description: "Encoded.", resolve: ({ ref }) => ref.sizeBytes }),
    summary: t.field({
      type: ValueSummaryRef,
      nullable: true,
      description: "What it looks like.",
      resolve: ({ ref }) => ref.summary,
    }),
    json: t.field({
      type: "JSON",
      nullable: true,
      description: "The value itself, where it is plain data of at most 64 KiB.",
      resolve: ({ ref }) => jsonOf(ref),
    }),
  }),
});
