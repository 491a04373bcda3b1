import type { DefaultConnectionArguments } from "@pothos/plugin-relay";
import { jsonObjectSchema } from "@weirflow/contracts";
import { logLines, type LogPosition, type LogRow } from "@weirflow/lineage-store";
import type { GatewayContext } from "../../context.ts";
import { builder } from "../builder.ts";
import { connectionOf } from "../paging.ts";

/** How much a line matters. */
export const LogLevelEnum = builder.enumType("LogLevel", {
  description: "How much a line matters.",
  values: {
    DEBUG: { value: "debug" },
    INFO: { value: "info" },
    WARN: { value: "warn" },
    ERROR: { value: "error" },
  } as const,
});

/** A line that a node logged. */
export const LogLineRef = builder.objectRef<LogRow>("LogLine").implement({
  description: "A line that a node logged.",
  fields: (t) => ({
    at: t.field({ type: "DateTime", description: "When.", resolve: ({ at }) => at }),
    level: t.field({
      type: LogLevelEnum,
      description: "How much it matters.",
      resolve: ({ level }) => level,
    }),
    message: t.exposeString("message", { description: "The line." }),
    node: t.string({ nullable: true, description: "Who logged it.", resolve: ({ node }) => node }),
    taskRunId: t.exposeString("taskRunId", { description: "In which task run." }),
    attempt: t.exposeInt("attempt", { description: "In which attempt." }),
    fields: t.field({
      type: "JSONObject",
      nullable: true,
      description: "What was logged beside the line.",
      resolve: ({ fields }) => jsonObjectSchema.safeParse(fields).data,
    }),
  }),
});

/** A page of lines. */
export const LogLineConnection = builder.connectionObject(
  { type: LogLineRef, name: "LogLineConnection" },
  { name: "LogLineEdge" },
);

/** Which lines. */
export type LogArgs = DefaultConnectionArguments & {
  readonly level?: LogRow["level"] | null | undefined;
};

/** A page of the lines of a run; the cursor is the line's instant and its place in the stream. */
export async function pageOfLogs(
  { lineage, signal }: GatewayContext,
  runId: string,
  args: LogArgs,
) {
  return await connectionOf({
    args,
    keyOf: ({ at, seq }: LogRow) => `${at.getTime()}.${seq}`,
    isKey: (text) => /^\d{1,15}\.\d{1,15}$/.test(text),
    load: async ({ after, before, limit, inverted = false }) => {
      const query = { runId, limit, minLevel: args.level ?? undefined, fromEnd: inverted };
      const lines = await logLines(
        lineage,
        { ...query, after: positionOf(after), before: positionOf(before) },
        signal,
      );
      return inverted ? lines.toReversed() : lines;
    },
  });
}

function positionOf(cursor: string | undefined): LogPosition | undefined {
  const [at, seq] = cursor?.split(".").map(Number) ?? [];
  return at === undefined || seq === undefined ? undefined : { at: new Date(at), seq };
}
