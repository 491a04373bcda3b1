import { type FlowRow, flowsByNames } from "@weirflow/store";
import { builder } from "../builder.ts";
import { loaded } from "../ids.ts";

/** A flow; by its name it is loaded when it is needed. */
export const FlowRef = builder.loadableNodeRef("Flow", {
  id: { resolve: (flow: FlowRow) => flow.name },
  load: async (names: string[], { store, signal }) =>
    await loaded(
      names,
      () => true,
      async (known) => await flowsByNames(store, known, signal),
    ),
  toKey: (flow) => flow.name,
});

/** A page of them. */
export const FlowConnection = builder.connectionObject(
  { type: FlowRef, name: "FlowConnection" },
  { name: "FlowEdge" },
);
