import { randomUUID } from "node:crypto";
import { type JsonObject, parseDeploymentId, subjects } from "@weirflow/contracts";
import { validateJson } from "@weirflow/flow";
import {
  acceptRun,
  ConfigMissingError,
  type DeploymentRow,
  flowVersionsByHashes,
} from "@weirflow/store";
import { currentCarrier } from "@weirflow/telemetry";
import type { GatewayContext } from "../context.ts";
import { InvalidInputError, NotFoundError } from "../errors.ts";
import { deploymentOrThrow } from "../schema/deployment/find-deployment.ts";

/** A run that someone asks for. */
export interface StartRun {
  /** `flow/name`, `flow` or an id. */
  readonly deployment: string;
  readonly params?: JsonObject | null | undefined;
  /** The same key gives the same run. @default a new one */
  readonly idempotencyKey?: string | null | undefined;
}

const NOTHING = new Uint8Array();

/**
 * Checks the parameters, then has the run accepted; its trace is the one that is active here.
 *
 * @throws {@link NotFoundError} `gateway/not-found`, {@link InvalidInputError} `gateway/invalid-input`; no run exists then.
 */
export async function startRun(
  context: GatewayContext,
  { deployment: ref, params, idempotencyKey }: StartRun,
): Promise<{ readonly runId: string; readonly created: boolean }> {
  const { store, bus, signal } = context;
  const deployment = await deploymentOrThrow(context, ref);
  const checked = await checkedParams(context, deployment, { ...deployment.params, ...params });
  const origin = { kind: "manual" as const, key: idempotencyKey ?? randomUUID() };
  const { traceparent } = currentCarrier();
  try {
    const { runId, created } = await acceptRun(
      store,
      { deploymentId: parseDeploymentId(deployment.id), params: checked, origin, traceparent },
      signal,
    );
    bus.publish(subjects.wake, NOTHING);
    return { runId, created };
  } catch (error) {
    if (!(error instanceof ConfigMissingError)) throw error;
    throw new InvalidInputError("config", [{ path: "", message: error.message }]);
  }
}

async function checkedParams(
  { store, signal }: GatewayContext,
  { version }: DeploymentRow,
  params: JsonObject,
): Promise<JsonObject> {
  const [found] = await flowVersionsByHashes(store, [version], signal);
  if (found === undefined) throw new NotFoundError("flow version", version);
  const verdict = validateJson(found.manifest.paramsSchema, params);
  if (!verdict.ok) throw new InvalidInputError("parameters", verdict.problems);
  return verdict.value;
}
