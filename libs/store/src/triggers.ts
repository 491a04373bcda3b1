import {
  type DeploymentId,
  type JsonObject,
  parseDeploymentId,
  type RunId,
  type TriggerSpec,
} from "@weirflow/contracts";
import { acceptRunIn } from "./accept-run.ts";
import { inTransaction, orUnavailable } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";

/** A trigger of a deployment that is not paused, with what its parameters are checked against. */
export interface DeployedTrigger {
  readonly deploymentId: DeploymentId;
  readonly flow: string;
  readonly spec: TriggerSpec;
  readonly paramsSchema: JsonObject;
  /** The deployment's own parameters, below those of the event. */
  readonly params: JsonObject;
}

/** Every trigger. */
export async function listTriggers(
  store: Store,
  signal: AbortSignal,
): Promise<readonly DeployedTrigger[]> {
  signal.throwIfAborted();
  const rows = await orUnavailable(
    async () =>
      await store.db
        .selectFrom("triggers as t")
        .innerJoin("deployments as d", "d.id", "t.deployment_id")
        .innerJoin("flow_versions as v", "v.hash", "d.version")
        .select(["t.deployment_id", "t.spec", "d.flow", "d.params", "v.manifest"])
        .where("d.paused", "=", false)
        .execute(),
  );
  return rows.map((row) => ({
    deploymentId: parseDeploymentId(row.deployment_id),
    flow: row.flow,
    spec: row.spec,
    params: row.params,
    paramsSchema: row.manifest.paramsSchema,
  }));
}

/** The runs that one event starts. */
export interface EventMatches {
  readonly matches: readonly {
    readonly deploymentId: DeploymentId;
    readonly slug: string;
    readonly params: JsonObject;
  }[];
  /** Names the event: the same key starts nothing again. */
  readonly key: string;
  readonly event: JsonObject;
  readonly traceparent?: string | undefined;
}

/**
 * Starts all runs of an event in one transaction, unique by deployment, trigger and key.
 *
 * @returns the runs that this call created. They have READY task runs that the next sweep hints.
 */
export async function acceptFromEvent(
  store: Store,
  { matches, key, event, traceparent }: EventMatches,
  signal: AbortSignal,
): Promise<readonly RunId[]> {
  return await inTransaction(store, signal, async (trx) => {
    const created: RunId[] = [];
    for (const match of matches) {
      const accepted = await acceptRunIn(store, trx, {
        deploymentId: match.deploymentId,
        params: match.params,
        origin: {
          kind: "event",
          key: `${match.slug}:${key}`,
          detail: { trigger: match.slug, event },
        },
        traceparent,
      });
      if (accepted.created) created.push(accepted.runId);
    }
    return created;
  });
}
