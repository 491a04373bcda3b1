import { type ArtifactRow, artifactsOfRuns } from "@weirflow/store";
import { batched } from "../batch.ts";
import { pagesByKey } from "../paging.ts";

const load = batched(async (runIds: readonly string[], _args: null, { store, signal }) =>
  pagesByKey(runIds, await artifactsOfRuns(store, runIds, signal), ({ runId }) => runId),
);

/** The artifacts of a run; one statement for all runs of a list. */
export async function artifactsOfRun(
  context: Parameters<typeof load>[0],
  runId: string,
): Promise<readonly ArtifactRow[]> {
  return await load(context, runId, null);
}
