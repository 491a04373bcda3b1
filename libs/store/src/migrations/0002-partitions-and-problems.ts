import { type Kysely, sql } from "kysely";

/** Partitions computed by the database, why a schedule cannot fire, and indexes for the sweep. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  `create function weir_partition(id uuid) returns smallint language sql immutable parallel safe as
     $$ select ((get_byte(sha256(uuid_send(id)), 0) * 256 + get_byte(sha256(uuid_send(id)), 1)) % 1024)::smallint $$`,
  `update runs set vp = weir_partition(id) where vp <> weir_partition(id)`,
  `alter table schedules add column problem text`,
  `create index task_runs_unserved on task_runs (unserved_since) where state = 'READY' and unserved_since is not null`,
  `create index task_runs_overdue on task_runs (least(deadline_at, cancel_deadline_at))
     where state = 'RUNNING' and (deadline_at is not null or cancel_deadline_at is not null)`,
  `create index runs_open_scheduled on runs (deployment_id, (origin_detail ->> 'schedule'))
     where origin_kind = 'schedule' and state in ('SCHEDULED', 'AWAITING_VERSION', 'RUNNING', 'PAUSED', 'CANCELLING')`,
];
