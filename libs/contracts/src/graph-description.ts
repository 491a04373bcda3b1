import * as z from "zod";

const nodeSchema = z.object({
  /** The value that the node makes. */
  name: z.string(),
  /** `function` computes, `input` is supplied, `choice` picks a branch, `each` hands out items, `collect` gathers them. */
  kind: z.enum(["function", "input", "choice", "each", "collect"]),
  dependencies: z.array(z.object({ name: z.string(), required: z.boolean() })),
  tags: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  description: z.string().optional(),
  /** The function module, as its flow names it, e.g. `prepare-data`. */
  module: z.string().optional(),
  /** Path relative to the flow's folder. */
  file: z.string().optional(),
  /** First line of the function, from 1. */
  line: z.number().int().positive().optional(),
  endLine: z.number().int().positive().optional(),
  /** sha-256 of the function and all that it reaches; 64 hex digits. */
  codeVersion: z.string().optional(),
  /** The text of the function. */
  source: z.string().optional(),
});

/** Parses a {@link GraphDescription}. */
export const graphDescriptionSchema = z.object({
  nodes: z.array(nodeSchema),
  /** `[from, to]`: the value `from` is needed by the node `to`. */
  edges: z.array(z.tuple([z.string(), z.string()])),
});

/** One node of a {@link GraphDescription}. */
export type GraphNodeDescription = z.output<typeof nodeSchema>;
/** A graph as plain JSON: what is stored, drawn and compared. */
export type GraphDescription = z.output<typeof graphDescriptionSchema>;
