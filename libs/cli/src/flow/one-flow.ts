import { type LoadedFlow, loadFlows } from "@weirflow/source";
import { FlowsUnloadableError } from "../errors.ts";

/**
 * Every flow of some files and folders.
 *
 * @throws {@link FlowsUnloadableError} `cli/flows-unloadable`, with every problem, when one is wrong or there is none.
 */
export async function soundFlows(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly LoadedFlow[]> {
  const { flows, problems } = await loadFlows(paths, signal);
  if (problems.length > 0 || flows.length === 0)
    throw new FlowsUnloadableError(paths.join(", "), problems);
  return flows;
}
