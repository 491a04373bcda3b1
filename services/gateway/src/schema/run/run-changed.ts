import { initContextCache } from "@pothos/core";
import type { Progress } from "@weirflow/contracts";
import { runRevision } from "@weirflow/store";
import { GraphQLError } from "graphql";
import { type RunChange, runChanges } from "../../watch/run-changes.ts";
import { builder } from "../builder.ts";
import { runIdOf, RunRef } from "./run-ref.ts";

const RunChangeKind = builder.enumType("RunChangeKind", {
  description: "Why somebody who watches a run is told of it.",
  values: {
    SNAPSHOT: { description: "How it stands at the beginning." },
    STATE: { description: "Something changed." },
    PROGRESS: { description: "A task came further, or showed an artifact." },
  },
});

const TaskProgressRef = builder.objectRef<Progress>("TaskProgress").implement({
  description: "How far a running attempt is.",
  fields: (t) => ({
    taskRunId: t.exposeString("taskRunId", { description: "Of its task run." }),
    call: t.exposeString("call", { description: "Its task's place in the flow." }),
    attempt: t.exposeInt("attempt", { description: "From 1." }),
    nodesDone: t.exposeInt("nodesDone", { description: "Nodes that ended." }),
    nodesTotal: t.exposeInt("nodesTotal", { description: "Nodes in all." }),
    running: t.stringList({
      description: "Nodes that run now, at most 5.",
      resolve: ({ running }) => running,
    }),
    text: t.string({
      nullable: true,
      description: "What the node says of it.",
      resolve: ({ text }) => text,
    }),
  }),
});

const RunChangeRef = builder.objectRef<RunChange>("RunChange").implement({
  description: "A change of a run.",
  fields: (t) => ({
    kind: t.field({
      type: RunChangeKind,
      description: "Why it is told.",
      resolve: ({ kind }) => kind,
    }),
    revision: t.exposeInt("revision", { description: "Pass it as `after` to go on from here." }),
    run: t.field({
      type: RunRef,
      description: "How it stands now.",
      resolve: ({ runId }) => runId,
    }),
    progress: t.field({
      type: [TaskProgressRef],
      description: "Of its running attempts, as far as it is new.",
      resolve: ({ progress }) => progress,
    }),
  }),
});

builder.subscriptionField("runChanged", (t) =>
  t.field({
    type: RunChangeRef,
    description: "The changes of a run, beginning with how it stands; ends once the run is over.",
    args: {
      runId: t.arg.id({ required: true, description: "`Run:<uuid>` or the bare uuid." }),
      after: t.arg.int({ description: "The revision that was seen last: it is not told again." }),
    },
    subscribe: async (_root, { runId: id, after }, { store, hub, signal }) => {
      const runId = runIdOf(id);
      const readRevision = async () =>
        runId === undefined ? undefined : await runRevision(store, runId, signal);
      if (runId === undefined || (await readRevision()) === undefined)
        throw new GraphQLError(`there is no run "${id.slice(0, 80)}"`, {
          extensions: { code: "gateway/not-found" },
        });
      return runChanges({ hub, runId, after: after ?? undefined, readRevision, signal });
    },
    resolve: (change: RunChange, _args, context) => {
      // The context lives as long as the subscription: without this, loaders would answer from memory.
      Object.assign(context, initContextCache());
      return change;
    },
  }),
);
