import type { Expression, FlowManifest } from "@weirflow/contracts";
import { type NodeDifference, whyDifferent } from "@weirflow/lineage-store";
import { flowVersionsByHashes, type RunRow, runsByIds } from "@weirflow/store";
import { builder } from "../builder.ts";
import { runIdOf, RunRef } from "../run/run-ref.ts";

interface Compared {
  readonly left: RunRow;
  readonly right: RunRow;
  readonly nodes: readonly NodeDifference[];
}

const DifferenceCause = builder.enumType("DifferenceCause", {
  description: "Why a node of one run differs from that of another.",
  values: {
    CODE: { description: "Its code is another." },
    CONFIG: { description: "A config document says something else." },
    INPUT: { description: "Something else was put in." },
    TOPOLOGY: { description: "Only one run has it." },
    NONDETERMINISTIC: { description: "Code and inputs are the same, and the value is not." },
    UPSTREAM: { description: "What it needs differs." },
    CONVERGED: { description: "The value is the same in spite of other code or inputs." },
    SAME: { description: "Nothing differs." },
  },
});

const NodeDifferenceRef = builder.objectRef<NodeDifference>("NodeDifference").implement({
  description: "One node of two runs.",
  fields: (t) => ({
    call: t.exposeString("call", { description: "Its task's place in the flow." }),
    node: t.exposeString("node", { description: "Its name." }),
    cause: t.field({
      type: DifferenceCause,
      description: "Why it differs.",
      resolve: ({ cause }) => cause,
    }),
    isRootCause: t.exposeBoolean("isRootCause", {
      description: "Whether the difference begins here.",
    }),
    leftValueHash: t.string({
      nullable: true,
      description: "In the left run.",
      resolve: (row) => row.leftValueHash,
    }),
    rightValueHash: t.string({
      nullable: true,
      description: "In the right run.",
      resolve: (row) => row.rightValueHash,
    }),
  }),
});

const RunComparisonRef = builder.objectRef<Compared>("RunComparison").implement({
  description: "Why two runs differ.",
  fields: (t) => ({
    left: t.field({ type: RunRef, description: "One run.", resolve: ({ left }) => left }),
    right: t.field({ type: RunRef, description: "The other.", resolve: ({ right }) => right }),
    nodes: t.field({
      type: [NodeDifferenceRef],
      description: "Every node of both, also those that are the same.",
      resolve: ({ nodes }) => nodes,
    }),
    rootCauses: t.field({
      type: [NodeDifferenceRef],
      description: "Where the differences begin.",
      resolve: ({ nodes }) => nodes.filter(({ isRootCause }) => isRootCause),
    }),
  }),
});

builder.queryField("compareRuns", (t) =>
  t.field({
    type: RunComparisonRef,
    nullable: true,
    description: "Why two runs differ, node by node; null when one of them does not exist.",
    args: {
      left: t.arg.id({ required: true, description: "`Run:<uuid>` or the bare uuid." }),
      right: t.arg.id({ required: true, description: "`Run:<uuid>` or the bare uuid." }),
    },
    resolve: async (_root, args, { store, lineage, signal }) => {
      const ids = [runIdOf(args.left), runIdOf(args.right)].filter((id) => id !== undefined);
      if (ids.length < 2) return null;
      const [left, right] = await runsByIds(store, ids, signal);
      if (left === undefined || right === undefined) return null;
      const versions = await flowVersionsByHashes(store, [left.version, right.version], signal);
      const configInputs = new Set(
        versions.flatMap((one) => (one === undefined ? [] : configInputsOf(one.manifest))),
      );
      const nodes = await whyDifferent(
        lineage,
        { left: left.id, right: right.id, configInputs },
        signal,
      );
      return { left, right, nodes };
    },
  }),
);

/** Inputs that a flow reads from config documents, as `call/input`. */
export function configInputsOf({ calls }: FlowManifest): string[] {
  return calls.flatMap(({ id, inputs }) =>
    Object.entries(inputs)
      .filter(([, expression]) => readsConfig(expression))
      .map(([name]) => `${id}/${name}`),
  );
}

function readsConfig(expression: Expression): boolean {
  if (expression.kind === "text") return expression.of.some(readsConfig);
  if (expression.kind === "record") return Object.values(expression.of).some(readsConfig);
  return expression.kind === "config";
}
