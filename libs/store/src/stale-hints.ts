import {
  parseDeploymentId,
  parseRunId,
  parseTaskRunId,
  type RunChanged,
  type RunState,
} from "@weirflow/contracts";
import { sql } from "kysely";
import type { Hint } from "./changes.ts";
import { orUnavailable } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";

interface HintRow {
  readonly id: string;
  readonly pool: string;
  readonly run_id: string;
}

/** What to hint, and the runs that nobody was told of yet. */
export interface StaleHints {
  readonly hints: readonly Hint[];
  readonly accepted: readonly RunChanged[];
}

/**
 * The READY task runs that should be hinted now: the oldest of each pool, those never hinted first of all, then those
 * whose last hint led to nothing, with pauses that double from 2 s to 60 s.
 */
export async function staleHints(store: Store, window: number): Promise<StaleHints> {
  const { rows } = await sql<HintRow & { readonly is_first: boolean }>`
    with ranked as (
      select id, ready_at, row_number() over (partition by pool order by ready_at, id) as place, hinted_at, hint_count
      from task_runs where state = 'READY'),
    due as (
      select t.id from task_runs t join ranked r using (id)
      where r.place <= ${window} and t.state = 'READY' and (r.hinted_at is null
        or r.hinted_at <= weir_now() - least(60, power(2, least(r.hint_count, 6))) * interval '1 second')
      for update of t skip locked)
    update task_runs t set hinted_at = weir_now(), hint_count = hint_count + 1
    from due where t.id = due.id returning t.id, t.pool, t.run_id, t.hint_count = 1 as is_first`.execute(
    store.db,
  );
  // Whatever becomes READY later is hinted with its change; only an accepted run's first task runs never were.
  const fresh = rows.filter((row) => row.is_first).map((row) => row.run_id);
  return { hints: rows.map(hintOf), accepted: await readAccepted(store, fresh) };
}

async function readAccepted(store: Store, ids: readonly string[]): Promise<readonly RunChanged[]> {
  if (ids.length === 0) return [];
  const rows = await store.db
    .selectFrom("runs")
    .select(["id", "flow", "deployment_id", "state", "revision"])
    .where("id", "=", sql<string>`any(${[...new Set(ids)]}::uuid[])`)
    .execute();
  return rows.map((row) => ({
    runId: parseRunId(row.id),
    flow: row.flow,
    deploymentId: parseDeploymentId(row.deployment_id),
    state: row.state as RunState, // only decisions write the column
    version: row.revision,
  }));
}

/** Every READY task run of these pools: for a stream that was created again and has lost its hints. */
export async function rehintAll(
  store: Store,
  pools: readonly string[],
  signal: AbortSignal,
): Promise<readonly Hint[]> {
  signal.throwIfAborted();
  const { rows } = await orUnavailable(
    async () =>
      await sql<HintRow>`
      update task_runs set hinted_at = weir_now(), hint_count = 1
      where state = 'READY' and pool = any(${[...pools]}::text[]) returning id, pool, run_id`.execute(
        store.db,
      ),
  );
  return rows.map(hintOf);
}

function hintOf(row: HintRow): Hint {
  return { taskRunId: parseTaskRunId(row.id), pool: row.pool, runId: parseRunId(row.run_id) };
}
