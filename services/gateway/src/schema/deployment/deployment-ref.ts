import { type DeploymentRow, deploymentsByIds } from "@weirflow/store";
import { builder } from "../builder.ts";
import { isUuid, loaded } from "../ids.ts";

/** A deployment; by its id it is loaded when it is needed. */
export const DeploymentRef = builder.loadableNodeRef("Deployment", {
  id: { resolve: (deployment: DeploymentRow) => deployment.id },
  load: async (ids: string[], { store, signal }) =>
    await loaded(ids, isUuid, async (known) => await deploymentsByIds(store, known, signal)),
  toKey: (deployment) => deployment.id,
});

/** A page of them. */
export const DeploymentConnection = builder.connectionObject(
  { type: DeploymentRef, name: "DeploymentConnection" },
  { name: "DeploymentEdge" },
);
