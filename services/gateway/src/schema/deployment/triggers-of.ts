import { type DeploymentRow, triggersOfDeployments } from "@weirflow/store";
import type { GatewayContext } from "../../context.ts";
import { batched } from "../batch.ts";
import { pagesByKey } from "../paging.ts";
import type { ShownTrigger } from "./trigger.ts";

const rowsOf = batched(async (ids: readonly string[], _args: null, { store, signal }) =>
  pagesByKey(
    ids,
    await triggersOfDeployments(store, ids, signal),
    ({ deploymentId }) => deploymentId,
  ),
);

/** The triggers of a deployment; one statement for all deployments of a list. */
export async function triggersOf(
  context: GatewayContext,
  { id, paused }: DeploymentRow,
): Promise<readonly ShownTrigger[]> {
  return (await rowsOf(context, id, null)).map(({ slug, spec }) => ({ slug, spec, paused }));
}
