import { nodeExecutions, type NodeExecutionRow } from "@weirflow/lineage-store";
import { batched } from "../batch.ts";
import { pagesByKey } from "../paging.ts";

/** Which attempt of a task run. */
export interface ExecutionArgs {
  readonly attempt: number | undefined;
}

const load = batched(
  async (taskRunIds: readonly string[], { attempt }: ExecutionArgs, { lineage, signal }) =>
    pagesByKey(
      taskRunIds,
      await nodeExecutions(lineage, { taskRunIds, attempt }, signal),
      ({ taskRunId }) => taskRunId,
    ),
);

/** The nodes of a task run as they ran; one statement for all task runs of a list. */
export async function nodeExecutionsOf(
  context: Parameters<typeof load>[0],
  taskRunId: string,
  args: ExecutionArgs,
): Promise<readonly NodeExecutionRow[]> {
  return await load(context, taskRunId, args);
}
