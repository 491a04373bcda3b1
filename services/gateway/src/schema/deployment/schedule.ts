import { nextOccurrence } from "@weirflow/flow";
import { pageOfSchedules, type ScheduleRow, schedulesByIds } from "@weirflow/store";
import { builder } from "../builder.ts";
import { isUuid, loaded } from "../ids.ts";
import { connectionOf } from "../paging.ts";
import { DeploymentRef } from "./deployment-ref.ts";

const MAX_NEXT = 100;

/** A schedule; by its id it is loaded when it is needed. */
export const ScheduleRef = builder.loadableNodeRef("Schedule", {
  id: { resolve: (schedule: ScheduleRow) => schedule.id },
  load: async (ids: string[], { store, signal }) =>
    await loaded(ids, isUuid, async (known) => await schedulesByIds(store, known, signal)),
  toKey: (schedule) => schedule.id,
});

const ScheduleConnection = builder.connectionObject(
  { type: ScheduleRef, name: "ScheduleConnection" },
  { name: "ScheduleEdge" },
);

builder.objectType(ScheduleRef, {
  description: "When a deployment runs by itself.",
  fields: (t) => ({
    slug: t.exposeString("slug", { description: "Names it inside its deployment." }),
    deployment: t.field({
      type: DeploymentRef,
      description: "Whose schedule it is.",
      resolve: ({ deploymentId }) => deploymentId,
    }),
    spec: t.field({
      type: "JSONObject",
      description: "As the flow says it.",
      // A schedule is JSON; its schema came out of it.
      resolve: ({ spec }) =>
        ({ ...spec }) as { [K in keyof typeof spec]-?: NonNullable<(typeof spec)[K]> },
    }),
    paused: t.exposeBoolean("paused", { description: "Whether nothing fires." }),
    nextAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "The next occurrence; null while paused, or when there is none.",
      resolve: ({ paused, nextAt }) => (paused ? null : nextAt),
    }),
    next: t.field({
      type: ["DateTime"],
      description: "The next occurrences, also while paused.",
      args: {
        count: t.arg.int({ defaultValue: 5, description: `At most ${MAX_NEXT}.` }),
      },
      resolve: (schedule, { count }) => nextOccurrences(schedule, Math.min(count ?? 5, MAX_NEXT)),
    }),
  }),
});

/** The next occurrences of a schedule, the one that it waits for first. */
function nextOccurrences({ spec, anchorAt, nextAt }: ScheduleRow, count: number): Date[] {
  const found: Date[] = [];
  let at = nextAt;
  while (at !== null && found.length < count) {
    found.push(at);
    at = nextOccurrence(spec, at, anchorAt);
  }
  return found;
}

builder.queryField("schedules", (t) =>
  t.connection(
    {
      type: ScheduleRef,
      description: "All schedules, oldest first.",
      resolve: async (_root, args, { store, signal }) =>
        await connectionOf({
          args,
          keyOf: ({ id }: ScheduleRow) => id,
          load: async (page) => await pageOfSchedules(store, page, signal),
        }),
    },
    ScheduleConnection,
  ),
);
