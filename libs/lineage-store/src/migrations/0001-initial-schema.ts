import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * Definitions once, executions many times. Content hashes are 128 bits in the type `uuid`; run ids are UUIDv7, so a
 * range of them is a range of time, and a lookup by run touches one partition.
 */
const STATEMENTS: readonly string[] = [
  `create table lineage.code_version (
    code_id int generated always as identity primary key,
    code_hash bytea not null unique check (octet_length(code_hash) = 32),
    node_name text not null, module text, file text, line_start int, line_end int, source text,
    first_seen_at timestamptz not null default now())`,

  `create table lineage.graph_version (
    graph_id int generated always as identity primary key,
    graph_hash bytea not null unique check (octet_length(graph_hash) = 32),
    first_seen_at timestamptz not null default now())`,

  // kind: f function, i input, c choice, e each, o collect, u executed but not in the graph
  `create table lineage.graph_node (
    graph_id int not null references lineage.graph_version, node_ix int not null, node_name text not null,
    kind "char" not null, code_id int references lineage.code_version,
    deps int[] not null default '{}', description text, tags jsonb,
    primary key (graph_id, node_ix), unique (graph_id, node_name))`,

  // state: p pending, a accepted, s superseded. The columns from graph_id on come with the header.
  `create table lineage.attempt (
    attempt_id int generated always as identity primary key,
    task_run_id uuid not null, attempt int not null, run_id uuid not null, claim_id uuid not null,
    state "char" not null default 'p', chunks int not null, stored int[] not null default '{}',
    recorded_at timestamptz not null default now(), settled_at timestamptz,
    graph_id int references lineage.graph_version, flow text, flow_version bytea, call text, task text, pool text,
    started_at timestamptz, ended_at timestamptz, outcome text, worker text, backend jsonb,
    configs jsonb, outputs jsonb, trace_id text, git_commit text,
    unique (task_run_id, attempt))`,
  `create index attempt_of_run on lineage.attempt (run_id)`,
  `create index attempt_of_flow on lineage.attempt (flow, run_id desc)`,
  `create index attempt_pending on lineage.attempt (recorded_at) where state = 'p'`,
  `create index attempt_of_graph on lineage.attempt (graph_id)`,

  // Chunks that came before the header of their attempt.
  `create table lineage.parked_chunk (
    attempt_id int not null references lineage.attempt, chunk int not null, body jsonb not null,
    primary key (attempt_id, chunk))`,

  // Eight columns and no more: a ninth would widen the bitmap of nulls, and so each row by eight bytes.
  // state: s succeeded, f failed, c cached, k skipped, x cancelled, i input
  `create table lineage.node_exec (
    run_id uuid not null, value_hash uuid, cache_key uuid, attempt_id int not null,
    start_us bigint not null, dur_us bigint not null, node_ix int not null, state "char" not null,
    primary key (run_id, attempt_id, node_ix)) partition by range (run_id)`,
  `create table lineage.node_exec_other partition of lineage.node_exec default`,
  `create index node_exec_consumed on lineage.node_exec (value_hash) where state = 'i'`,

  // What few executions have.
  `create table lineage.node_note (
    run_id uuid not null, attempt_id int not null, node_ix int not null, error jsonb, checks jsonb,
    primary key (run_id, attempt_id, node_ix)) partition by range (run_id)`,
  `create table lineage.node_note_other partition of lineage.node_note default`,

  // An input that another task run made: of the same run, or of another.
  `create table lineage.run_link (
    run_id uuid not null, attempt_id int not null, node_ix int not null,
    src_task_run uuid not null, src_attempt int not null, src_output text not null, value_hash uuid not null,
    primary key (run_id, attempt_id, node_ix, src_task_run, src_output)) partition by range (run_id)`,
  `create table lineage.run_link_other partition of lineage.run_link default`,
  `create index run_link_source on lineage.run_link (src_task_run, src_output)`,

  // One row per distinct content; made_by is the first attempt that made it, or the first accepted one.
  `create table lineage.value_version (
    value_hash uuid primary key, content_hash text not null, codec text, size_bytes bigint, summary jsonb,
    blob_hash bytea, made_by int, made_by_node int, first_seen_at timestamptz not null default now())`,

  `create table lineage.log_line (
    run_id uuid not null, at timestamptz not null, seq bigint not null, task_run_id uuid not null,
    attempt int not null, level smallint not null, node text, message text not null, fields jsonb,
    primary key (run_id, at, seq)) partition by range (at)`,

  // The attempt that a reader wants of a task run: the newest accepted one; while none is, the newest pending one.
  `create view lineage.shown_attempt as
    select a.* from lineage.attempt a
    where a.state <> 's' and a.graph_id is not null and not exists (
      select 1 from lineage.attempt b
      where b.task_run_id = a.task_run_id and b.state <> 's' and b.graph_id is not null
        and (b.state = 'a', b.attempt) > (a.state = 'a', a.attempt))`,
];

/** Creates the tables of lineage and logs. */
export const initialSchema: Migration = {
  up: async (db: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
