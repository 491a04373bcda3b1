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

/** What to hint, and what that tells. */
export interface StaleHints {
  readonly hints: readonly Hint[];
  /** Runs that nobody was told of yet. */
  readonly accepted: readonly RunChanged[];
  /** Runs whose READY task runs have been hinted for a minute, while nobody of the pool runs anything. */
  readonly unheard: readonly string[];
  /** Whether more task runs are READY in some pool than are hinted. */
  readonly isMore: boolean;
}

/** So many hints take a minute: 2 + 4 + 8 + 16 + 32 s. */
const HINTS_IN_A_MINUTE = 6;

/**
 * The READY task runs that should be hinted now: the oldest of each pool, those never hinted first of all, then those
 * whose last hint led to nothing, with pauses that double from 2 s to 60 s.
 *
 * @param window - per pool; what lies behind it is hinted when its turn comes.
 */
export async function staleHints(store: Store, window: number): Promise<StaleHints> {
  const { rows } = await sql<StaleRow>`
    with recursive ${poolsOfReady}, oldest as (
      select p.pool, o.id, row_number() over (partition by p.pool order by o.ready_at, o.id) as place
      from pools p, lateral (
        select t.id, t.ready_at from task_runs t where t.state = 'READY' and t.pool = p.pool
        order by t.ready_at limit ${window + 1}) o),
    due as (
      select t.id from task_runs t join oldest o on o.id = t.id
      where t.state = 'READY' and o.place <= ${window} and (t.hinted_at is null
        or t.hinted_at <= weir_now() - least(60, power(2, least(t.hint_count, 6))) * interval '1 second')
      for update of t skip locked),
    hinted as (
      update task_runs t set hinted_at = weir_now(), hint_count = hint_count + 1
      from due where t.id = due.id
      returning t.id, t.pool, t.run_id, t.hint_count,
        not exists (select 1 from task_runs u where u.state = 'RUNNING' and u.pool = t.pool) as is_idle)
    select hinted.*,
      coalesce((select max(n) from (select count(*) as n from oldest group by pool) p), 0)::int as most
    from (values (1)) one left join hinted on true`.execute(store.db);
  const hinted = rows.flatMap((row) => (row.id === null ? [] : [{ ...row, id: row.id }]));
  // Whatever becomes READY later is hinted with its change; only an accepted run's first task runs never were.
  const fresh = hinted.filter((row) => row.hint_count === 1).map((row) => row.run_id);
  const unheard = hinted.filter((row) => row.is_idle && row.hint_count >= HINTS_IN_A_MINUTE);
  return {
    hints: hinted.map(hintOf),
    accepted: await readAccepted(store, fresh),
    unheard: [...new Set(unheard.map((row) => row.run_id))],
    isMore: (rows[0]?.most ?? 0) > window,
  };
}

interface StaleRow extends Omit<HintRow, "id"> {
  /** Null when nothing was hinted. */
  readonly id: string | null;
  readonly hint_count: number;
  readonly is_idle: boolean;
  /** READY task runs of the fullest pool, as far as looked at. */
  readonly most: number;
}

/** The pools that have READY task runs, each found by one step in the index. */
const poolsOfReady = sql`pools(pool) as (
  (select pool from task_runs where state = 'READY' order by pool limit 1)
  union all
  select (select t.pool from task_runs t where t.state = 'READY' and t.pool > p.pool order by t.pool limit 1)
  from pools p where p.pool is not null)`;

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

/** Hints that a stream of work gets at once, per pool, when it was created again. */
const AFTER_A_WIPE = 1_000;

/**
 * For a stream of work that was created again and has lost its hints: every READY task run of these pools counts as never
 * hinted. The oldest are hinted at once; the sweep hints the others when their turn comes.
 *
 * @throws {@link DatabaseUnavailableError} `db/unavailable`.
 */
export async function rehintAll(
  store: Store,
  pools: readonly string[],
  signal: AbortSignal,
): Promise<readonly Hint[]> {
  signal.throwIfAborted();
  return await orUnavailable(async () => {
    await sql`
      with lost as (select id from task_runs where state = 'READY' and pool = any(${[...pools]}::text[])
        and hinted_at is not null order by id for update)
      update task_runs t set hinted_at = null, hint_count = 0 from lost where t.id = lost.id`.execute(
      store.db,
    );
    return (await staleHints(store, AFTER_A_WIPE)).hints;
  }, signal);
}

function hintOf(row: HintRow): Hint {
  return { taskRunId: parseTaskRunId(row.id), pool: row.pool, runId: parseRunId(row.run_id) };
}
