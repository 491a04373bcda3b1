import { type TaskRunRow, taskRunsByIds } from "@weirflow/store";
import { builder } from "../builder.ts";
import { isUuid, loaded } from "../ids.ts";

/** A task run; by its id it is loaded when it is needed. */
export const TaskRunRef = builder.loadableNodeRef("TaskRun", {
  id: { resolve: (taskRun: TaskRunRow) => taskRun.id },
  load: async (ids: string[], { store, signal }) =>
    await loaded(ids, isUuid, async (known) => await taskRunsByIds(store, known, signal)),
  toKey: (taskRun) => taskRun.id,
});
