import { nearest } from "@weirflow/errors";
import {
  deploymentNamed,
  deploymentNames,
  type DeploymentRow,
  deploymentsByIds,
} from "@weirflow/store";
import type { GatewayContext } from "../../context.ts";
import { NotFoundError } from "../../errors.ts";
import { bareId } from "../ids.ts";

/** A deployment as people name it: `flow/name`, `flow` (its deployment `default`), or an id. */
export async function findDeployment(
  { store, signal }: Pick<GatewayContext, "store" | "signal">,
  ref: string,
): Promise<DeploymentRow | undefined> {
  const id = bareId("Deployment", ref);
  if (id !== undefined) return (await deploymentsByIds(store, [id], signal))[0];
  const slash = ref.indexOf("/");
  const [flow, name] = slash < 0 ? [ref, "default"] : [ref.slice(0, slash), ref.slice(slash + 1)];
  return await deploymentNamed(store, { flow, name }, signal);
}

/**
 * As {@link findDeployment}, for what must exist.
 *
 * @throws {@link NotFoundError} `gateway/not-found`, with the nearest name.
 */
export async function deploymentOrThrow(
  context: Pick<GatewayContext, "store" | "signal">,
  ref: string,
): Promise<DeploymentRow> {
  const found = await findDeployment(context, ref);
  if (found !== undefined) return found;
  const names = await deploymentNames(context.store, context.signal);
  const whole = ref.includes("/") ? ref : `${ref}/default`;
  throw new NotFoundError("deployment", ref, nearest(whole, names));
}
