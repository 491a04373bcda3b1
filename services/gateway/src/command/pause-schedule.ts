import { parseDeploymentId, subjects } from "@weirflow/contracts";
import { nearest } from "@weirflow/errors";
import { type ScheduleRow, schedulesOfDeployments, setSchedulePaused } from "@weirflow/store";
import type { GatewayContext } from "../context.ts";
import { NotFoundError } from "../errors.ts";
import { deploymentOrThrow } from "../schema/deployment/find-deployment.ts";

/** A schedule to pause, or to let go on. */
export interface PauseSchedule {
  /** `flow/name`, `flow` or an id. */
  readonly deployment: string;
  readonly slug: string;
  readonly paused: boolean;
}

const NOTHING = new Uint8Array();

/**
 * Pauses a schedule or lets it go on.
 *
 * @returns the schedule as it is then.
 * @throws {@link NotFoundError} `gateway/not-found` for an unknown deployment or schedule.
 */
export async function pauseSchedule(
  context: GatewayContext,
  { deployment: ref, slug, paused }: PauseSchedule,
): Promise<ScheduleRow> {
  const { store, bus, signal } = context;
  const { id } = await deploymentOrThrow(context, ref);
  const done = await setSchedulePaused(
    store,
    { deploymentId: parseDeploymentId(id), slug, paused },
    signal,
  );
  const schedules = await schedulesOfDeployments(store, [id], signal);
  const schedule = schedules.find((one) => one.slug === slug);
  const slugs = schedules.map((one) => one.slug);
  if (!done || schedule === undefined)
    throw new NotFoundError("schedule", slug, nearest(slug, slugs));
  bus.publish(subjects.wake, NOTHING);
  return schedule;
}
