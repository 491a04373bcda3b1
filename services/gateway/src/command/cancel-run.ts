import { parseRunId, subjects } from "@weirflow/contracts";
import { cancelRun as cancelInStore } from "@weirflow/store";
import type { GatewayContext } from "../context.ts";
import { InvalidStateError, NotFoundError } from "../errors.ts";
import { runIdOf } from "../schema/run/run-ref.ts";

/** A run that someone wants to end. */
export interface CancelRun {
  /** `Run:<uuid>` or the bare uuid. */
  readonly id: string;
  readonly reason?: string | null | undefined;
}

/** Attempts that one message names at most. */
const PER_MESSAGE = 1_000;
const NOTHING = new Uint8Array();

/**
 * Cancels a run, and tells the workers at once; should they not hear it, their next beat says the same.
 *
 * @returns the id of the run.
 * @throws {@link NotFoundError} `gateway/not-found`, {@link InvalidStateError} `gateway/invalid-state` for a run that is over.
 */
export async function cancelRun(
  context: GatewayContext,
  { id, reason }: CancelRun,
): Promise<string> {
  const { store, bus, hub, signal, cancelGraceMs } = context;
  const runId = runIdOf(id);
  if (runId === undefined) throw new NotFoundError("run", id);
  const { kind, state, changes } = await cancelInStore(
    store,
    { runId: parseRunId(runId), reason: reason ?? undefined, graceMs: cancelGraceMs },
    signal,
  );
  if (kind === "not-found") throw new NotFoundError("run", id);
  if (kind === "already-over" && state !== undefined)
    throw new InvalidStateError("cancelled", state);
  for (let at = 0; at < changes.cancelled.length; at += PER_MESSAGE)
    bus.publish(subjects.cancel, {
      v: 1,
      taskRunIds: changes.cancelled.slice(at, at + PER_MESSAGE),
    });
  bus.publish(subjects.wake, NOTHING);
  hub.wake(runId);
  return runId;
}
