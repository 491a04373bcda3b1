import type { ScheduleSpec } from "@weirflow/contracts";
import { sql } from "kysely";
import type { Store } from "../open-store.ts";
import { directionOf, inOrder, type Keyset, read, withinPage } from "./keyset.ts";

/** A schedule as it is read; removed ones are left out. */
export interface ScheduleRow {
  readonly id: string;
  readonly deploymentId: string;
  readonly slug: string;
  readonly spec: ScheduleSpec;
  /** Where intervals count from. */
  readonly anchorAt: Date;
  readonly nextAt: Date | null;
  readonly paused: boolean;
}

const COLUMNS = [
  "id",
  "deployment_id as deploymentId",
  "slug",
  "spec",
  "anchor_at as anchorAt",
  "next_at as nextAt",
  "paused",
] as const;

/** A page of schedules, oldest first; the key is the id. */
export async function pageOfSchedules(
  store: Store,
  page: Keyset,
  signal: AbortSignal,
): Promise<readonly ScheduleRow[]> {
  const query = store.db
    .selectFrom("schedules")
    .select(COLUMNS)
    .where("removed", "=", false)
    .where((eb) => withinPage(eb, eb.ref("id"), { page, order: "asc" }))
    .orderBy("id", directionOf(page, "asc"))
    .limit(page.limit);
  return await read(signal, async () => await query.execute({ signal }));
}

/** Schedules in the order of their ids. */
export async function schedulesByIds(
  store: Store,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly (ScheduleRow | undefined)[]> {
  const query = store.db
    .selectFrom("schedules")
    .select(COLUMNS)
    .where("removed", "=", false)
    .where(sql<boolean>`id = any(${[...ids]}::uuid[])`);
  const rows = await read(signal, async () => await query.execute({ signal }));
  return inOrder(ids, rows, ({ id }) => id);
}

/** The schedules of deployments. */
export async function schedulesOfDeployments(
  store: Store,
  deploymentIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly ScheduleRow[]> {
  const query = store.db
    .selectFrom("schedules")
    .select(COLUMNS)
    .where("removed", "=", false)
    .where(sql<boolean>`deployment_id = any(${[...deploymentIds]}::uuid[])`)
    .orderBy("slug");
  return await read(signal, async () => await query.execute({ signal }));
}
