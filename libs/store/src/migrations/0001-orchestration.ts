import { type Kysely, sql } from "kysely";

/** The orchestration schema. Append-only: later changes are migrations of their own. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  // Tests move this clock; production leaves the table empty.
  `create table weir_clock (at timestamptz not null)`,
  `create function weir_now() returns timestamptz language sql stable as
     $$ select coalesce((select at from weir_clock limit 1), statement_timestamp()) $$`,

  `create table flows (name text primary key, created_at timestamptz not null default weir_now())`,
  `create table flow_versions (
     hash text primary key, flow text not null references flows, manifest jsonb not null,
     created_at timestamptz not null default weir_now())`,
  `create table deployments (
     id uuid primary key default uuidv7(), flow text not null references flows, name text not null,
     version text not null references flow_versions, params jsonb not null, paused boolean not null,
     created_at timestamptz not null default weir_now(), updated_at timestamptz not null default weir_now(),
     unique (flow, name))`,
  `create table schedules (
     id uuid primary key default uuidv7(), deployment_id uuid not null references deployments, slug text not null,
     spec jsonb not null, anchor_at timestamptz not null, cursor_at timestamptz not null, next_at timestamptz,
     paused boolean not null default false, removed boolean not null default false, unique (deployment_id, slug))`,
  `create index schedules_due on schedules (next_at) where not paused and not removed`,
  `create table triggers (
     deployment_id uuid not null references deployments, slug text not null, spec jsonb not null,
     primary key (deployment_id, slug))`,
  `create table configs (
     name text primary key, schema jsonb not null, version int not null,
     created_at timestamptz not null default weir_now(), updated_at timestamptz not null default weir_now())`,
  `create table config_versions (
     name text not null references configs, version int not null, body jsonb not null,
     created_at timestamptz not null default weir_now(), primary key (name, version))`,

  `create table runs (
     id uuid primary key default uuidv7(), vp smallint not null, deployment_id uuid not null references deployments,
     flow text not null, version text not null references flow_versions, revision int not null default 0,
     state text not null, reason text, params jsonb not null, configs jsonb not null,
     origin_kind text not null, origin_key text not null, origin_detail jsonb, scheduled_for timestamptz,
     traceparent text, error jsonb, results jsonb, cancelling boolean not null default false,
     created_at timestamptz not null default weir_now(), started_at timestamptz, ended_at timestamptz,
     unique (deployment_id, origin_kind, origin_key))`,
  `create index runs_of_flow on runs (flow, id desc)`,
  `create index runs_of_deployment on runs (deployment_id, id desc)`,
  `create index runs_open on runs (id)
     where state in ('SCHEDULED', 'AWAITING_VERSION', 'RUNNING', 'PAUSED', 'CANCELLING')`,

  `create table task_runs (
     id uuid primary key default uuidv7(), vp smallint not null, run_id uuid not null references runs,
     call text not null, task text not null, pool text not null, state text not null, reason text,
     attempt int not null default 0, claim_id text, worker text, lease_until timestamptz, ready_at timestamptz,
     hinted_at timestamptz, hint_count int not null default 0, due_at timestamptz, deadline_at timestamptz,
     cancel_deadline_at timestamptz, retries_used int not null default 0, crashes_used int not null default 0,
     unserved_since timestamptz, concurrency text[] not null default '{}', outputs jsonb, error jsonb,
     created_at timestamptz not null default weir_now(), started_at timestamptz, ended_at timestamptz,
     unique (run_id, call))`,
  `create index task_runs_ready on task_runs (pool, ready_at) where state = 'READY'`,
  `create index task_runs_leased on task_runs (lease_until) where state = 'RUNNING'`,
  `create index task_runs_retrying on task_runs (due_at) where state = 'RETRYING'`,
  `create index task_runs_waiting on task_runs (ready_at) where state = 'WAITING'`,

  `create table attempts (
     task_run_id uuid not null references task_runs, number int not null, run_id uuid not null,
     claim_id text not null unique, worker text not null, state text not null,
     started_at timestamptz not null default weir_now(), ended_at timestamptz, error jsonb, backend text,
     node_count int not null default 0, reported boolean not null default false,
     primary key (task_run_id, number))`,
  `create table artifacts (
     id uuid primary key default uuidv7(), run_id uuid not null references runs,
     task_run_id uuid not null references task_runs, attempt int not null, key text not null, kind text not null,
     title text, media_type text not null, file_name text, blob_hash text not null, size_bytes bigint not null,
     created_at timestamptz not null default weir_now(), unique (task_run_id, attempt, key))`,
  `create index artifacts_of_run on artifacts (run_id)`,
  `create table state_log (
     seq bigint generated always as identity primary key, run_id uuid not null, task_run_id uuid,
     from_state text, to_state text not null, reason text, at timestamptz not null default weir_now())`,
  `create index state_log_of_run on state_log (run_id, seq)`,
  `create table dead_letters (
     id uuid primary key default uuidv7(), subject text not null, reason text not null, payload text not null,
     headers jsonb not null, created_at timestamptz not null default weir_now())`,
  `create table limits (tag text primary key, slots int not null check (slots >= 0))`,
  `create table counters (name text primary key, value bigint not null)`,
];
