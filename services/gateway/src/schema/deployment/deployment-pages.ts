import type { DefaultConnectionArguments } from "@pothos/plugin-relay";
import { type DeploymentRow, pagesOfDeployments } from "@weirflow/store";
import { batched } from "../batch.ts";
import { connectionOf, type KeyedPage, pagesByKey } from "../paging.ts";

const pages = batched(async (flows: readonly string[], page: KeyedPage, { store, signal }) =>
  pagesByKey(flows, await pagesOfDeployments(store, { flows, page }, signal), ({ flow }) => flow),
);

/** A page of the deployments of a flow; one statement for all flows of a list. */
export async function deploymentsOfFlow(
  context: Parameters<typeof pages>[0],
  flow: string,
  args: DefaultConnectionArguments,
) {
  return await connectionOf({
    args,
    keyOf: ({ id }: DeploymentRow) => id,
    load: async (page) => await pages(context, flow, page),
  });
}
