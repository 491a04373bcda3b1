import { lineageSummaries, type LineageSummary } from "@weirflow/lineage-store";
import { batched } from "../batch.ts";
import { builder } from "../builder.ts";

/** How much lineage a run has. */
export const LineageSummaryRef = builder.objectRef<LineageSummary>("LineageSummary").implement({
  description: "How much is known of where the values of a run came from.",
  fields: (t) => ({
    nodeExecutions: t.exposeInt("nodeExecutions", { description: "Nodes that were executed." }),
    values: t.exposeInt("values", { description: "Distinct values that they made." }),
    bytes: t.exposeFloat("bytes", { description: "Encoded size of these values together." }),
  }),
});

const load = batched(
  async (runIds: readonly string[], _args: null, { lineage, signal }) =>
    await lineageSummaries(lineage, runIds, signal),
);

/** The summary of a run; one statement for all runs of a list. */
export async function summaryOf(
  context: Parameters<typeof load>[0],
  runId: string,
): Promise<LineageSummary> {
  return await load(context, runId, null);
}
