import { sql } from "kysely";
import { UNSERVED_AFTER_MS } from "./held-run.ts";
import { FIRST_ID, type Store } from "./open-store.ts";

/** Open runs that one round looks at again, whether or not anything is due. */
const SLICE = 500;

/** What a round of the sweep finds. */
export interface DueRuns {
  /** Each once. */
  readonly ids: readonly string[];
  readonly now: Date;
  /** Whether there may be more of some kind. */
  readonly isMore: boolean;
}

/**
 * The runs of which something is due: lapsed leases, deadlines, retries, freed limits, READY task runs that nobody can
 * run, and, a slice a round, open runs that nothing moves any more.
 */
export async function findDueRuns(
  store: Store,
  { limit, reap }: { readonly limit: number; readonly reap: boolean },
): Promise<DueRuns> {
  const { rows } = await sql<FoundRow>`
    with ${tooFull}, ${sliceAfter(store.memory.sweptUpTo)}, due as (
      (select 'lease' as kind, run_id from task_runs
        where ${reap} and state = 'RUNNING' and lease_until <= weir_now() order by lease_until limit ${limit})
      union all (select 'deadline', run_id from task_runs
        where state = 'RUNNING' and (deadline_at is not null or cancel_deadline_at is not null)
        and least(deadline_at, cancel_deadline_at) <= weir_now() limit ${limit})
      union all (select 'retry', run_id from task_runs
        where state = 'RETRYING' and due_at <= weir_now() order by due_at limit ${limit})
      union all (select 'limit', run_id from task_runs
        where state = 'WAITING' and not concurrency && (select tags from too_full) order by ready_at limit ${limit})
      union all (select 'unserved', t.run_id from task_runs t join runs r on r.id = t.run_id
        where t.state = 'READY' and t.unserved_since is not null
        and t.unserved_since <= weir_now() - ${UNSERVED_AFTER_MS} * interval '1 millisecond'
        and r.state in ('SCHEDULED', 'RUNNING')
        and not exists (select 1 from task_runs u where u.run_id = r.id and u.state = 'RUNNING') limit ${limit})
      union all (select 'stuck', id from slice s where not exists (
        select 1 from task_runs t where t.run_id = s.id and t.state in ('READY', 'RUNNING', 'RETRYING', 'WAITING'))))
    select weir_now() as now,
      array(select distinct run_id::text from due) as ids,
      coalesce((select max(n) from (select count(*) as n from due where kind <> 'stuck' group by kind) k), 0)::int as most,
      (select count(*) from slice)::int as looked_at,
      (select id from slice order by id desc limit 1) as last_id`.execute(store.db);
  const [found] = rows;
  if (found === undefined) return { ids: [], now: new Date(), isMore: false };
  const isRoundOver = found.looked_at < SLICE || found.last_id === null;
  store.memory.sweptUpTo = isRoundOver ? FIRST_ID : found.last_id;
  return { ids: found.ids, now: found.now, isMore: found.most >= limit };
}

interface FoundRow {
  readonly now: Date;
  readonly ids: readonly string[];
  readonly most: number;
  readonly looked_at: number;
  readonly last_id: string | null;
}

/** The tags of which no slot is free, counted over running attempts. */
const tooFull = sql`too_full as (
  select coalesce(array_agg(l.tag), '{}') as tags from limits l
  where l.slots <= (select count(*) from task_runs u where u.state = 'RUNNING' and u.concurrency @> array[l.tag]))`;

const sliceAfter = (id: string) => sql`slice as (
  select id from runs where state in ('SCHEDULED', 'AWAITING_VERSION', 'RUNNING', 'PAUSED', 'CANCELLING')
    and id > ${id}::uuid order by id limit ${SLICE})`;

/** When the next thing falls due, and the database's clock. */
export async function readNextDue(
  store: Store,
): Promise<{ readonly at: Date | null; readonly now: Date }> {
  const { rows } = await sql<{ at: Date | null; now: Date }>`
    select weir_now() as now, min(at) as at from (
      select min(lease_until) as at from task_runs where state = 'RUNNING'
      union all (select min(least(deadline_at, cancel_deadline_at)) from task_runs
        where state = 'RUNNING' and (deadline_at is not null or cancel_deadline_at is not null))
      union all (select min(due_at) from task_runs where state = 'RETRYING')
      union all (select min(s.next_at) from schedules s join deployments d on d.id = s.deployment_id
        where not s.paused and not s.removed and not d.paused)) due`.execute(store.db);
  return rows[0] ?? { at: null, now: new Date() };
}
