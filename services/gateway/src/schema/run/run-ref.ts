import { type RunRow, runsByIds } from "@weirflow/store";
import { builder } from "../builder.ts";
import { bareId, isUuid, loaded } from "../ids.ts";

/** A run; by its id it is loaded when it is needed. */
export const RunRef = builder.loadableNodeRef("Run", {
  id: { resolve: (run: RunRow) => run.id },
  load: async (ids: string[], { store, signal }) =>
    await loaded(ids, isUuid, async (known) => await runsByIds(store, known, signal)),
  toKey: (run) => run.id,
});

/** The id of a run, written `Run:<uuid>` or bare; `undefined` for anything else. */
export function runIdOf(id: string): string | undefined {
  return bareId("Run", id);
}

/** A page of them. */
export const RunConnection = builder.connectionObject(
  { type: RunRef, name: "RunConnection" },
  { name: "RunEdge" },
);
