import type { DefaultConnectionArguments } from "@pothos/plugin-relay";
import type { RunState } from "@weirflow/contracts";
import { pagesOfRuns, type RunFilter, type RunRow } from "@weirflow/store";
import type { GatewayContext } from "../../context.ts";
import { batched } from "../batch.ts";
import { builder } from "../builder.ts";
import { findDeployment } from "../deployment/find-deployment.ts";
import { RunStateEnum } from "../error/errors.ts";
import { connectionOf, type KeyedPage, pagesByKey } from "../paging.ts";

/** Which runs a list shows. */
export const RunFilterInput = builder.inputType("RunFilter", {
  description: "Which runs; absent fields do not matter.",
  fields: (t) => ({
    flow: t.string({ description: "Of this flow." }),
    deployment: t.string({ description: "Of this deployment: `flow/name`, `flow` or an id." }),
    states: t.field({ type: [RunStateEnum], description: "In one of these states." }),
  }),
});

/** A filter as it is sent. */
export interface RunFilterShape {
  readonly flow?: string | null | undefined;
  readonly deployment?: string | null | undefined;
  readonly states?: readonly RunState[] | null | undefined;
}

/** Arguments of a list of runs. */
export type RunListArgs = DefaultConnectionArguments & {
  readonly filter?: RunFilterShape | null | undefined;
};

/** The filter for the store; `undefined` when it names a deployment that does not exist, so nothing fits. */
export async function storeFilter(
  context: GatewayContext,
  filter: RunFilterShape | null | undefined,
): Promise<RunFilter | undefined> {
  const { flow, deployment, states } = filter ?? {};
  const found = deployment == null ? undefined : await findDeployment(context, deployment);
  if (deployment != null && found === undefined) return undefined;
  return { flow: flow ?? undefined, deploymentId: found?.id, states: states ?? undefined };
}

interface PageArgs {
  readonly by: "flow" | "deployment_id";
  readonly filter: RunFilter;
  readonly page: KeyedPage;
}

const pages = batched(async (keys: readonly string[], args: PageArgs, { store, signal }) => {
  const rows = await pagesOfRuns(store, { keys, ...args }, signal);
  return pagesByKey(keys, rows, (row) => row[args.by]);
});

/** A page of the runs of a flow; one statement for all flows of a list. */
export async function runsOfFlow(context: GatewayContext, flow: string, args: RunListArgs) {
  return await runsBy("flow", { context, key: flow, args });
}

/** A page of the runs of a deployment; one statement for all deployments of a list. */
export async function runsOfDeployment(context: GatewayContext, id: string, args: RunListArgs) {
  return await runsBy("deployment_id", { context, key: id, args });
}

interface Asked {
  readonly context: GatewayContext;
  readonly key: string;
  readonly args: RunListArgs;
}

async function runsBy(by: PageArgs["by"], { context, key, args }: Asked) {
  const filter = await storeFilter(context, args.filter);
  return await connectionOf({
    args,
    keyOf: (run: RunRow) => run.id,
    load: async (page) =>
      filter === undefined ? [] : await pages(context, key, { by, filter, page }),
  });
}
