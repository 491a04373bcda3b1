import type { LogLine } from "@weirflow/contracts";
import { type RawBuilder, sql } from "kysely";
import type { LineageStore } from "../lineage-store.ts";
import { dayPartition, ensurePartitions } from "../partitions.ts";
import { pgJson, pgText } from "../pg-text.ts";

/** A line and its place in the stream, which makes storing it again harmless. */
export interface NumberedLine {
  readonly seq: number;
  readonly line: LogLine;
}

/** A line as it is read. */
export interface LogRow {
  readonly runId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly at: Date;
  readonly seq: number;
  readonly level: LogLine["level"];
  readonly node: string | null;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | null;
}

/** Which lines of a run, and which page of them. */
export interface LogQuery {
  readonly runId: string;
  readonly taskRunId?: string | undefined;
  /** This level and those above. @default "debug" */
  readonly minLevel?: LogLine["level"] | undefined;
  /** Lines after this one, without it; `before` likewise. */
  readonly after?: LogPosition | undefined;
  readonly before?: LogPosition | undefined;
  /** From the end, still returned oldest first. @default false */
  readonly fromEnd?: boolean;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** The place of a line among those of its run. */
export interface LogPosition {
  readonly at: Date;
  readonly seq: number;
}

const LEVELS = ["debug", "info", "warn", "error"] as const;
const HOUR_MS = 3_600_000;
/** Lines that claim to be older, or from later than an hour from now, are taken to be from now. */
const MAX_AGE_MS = 30 * 24 * HOUR_MS;

/**
 * Stores lines that nodes logged; one that is stored already is left alone.
 *
 * @throws {@link LineageUnavailableError} `lineage/unavailable`, safe to retry.
 * @throws {@link LineageDataError} `lineage/refused-data` when one of them can never be stored.
 */
export async function recordLogs(
  store: LineageStore,
  lines: readonly NumberedLine[],
  signal: AbortSignal,
): Promise<void> {
  if (lines.length === 0) return;
  const now = Date.now();
  const ats = lines.map(({ line }) => plausible(Date.parse(line.at), now));
  const days = new Map(ats.map((at) => dayPartition(at)).map((day) => [day.suffix, day]));
  await ensurePartitions(store, [...days.values()], signal);
  await store.run(
    sql`
      insert into lineage.log_line (run_id, at, seq, task_run_id, attempt, level, node, message, fields)
      select run_id, at, seq, task_run_id, attempt, level, node, message, fields::jsonb from unnest(
        ${lines.map(({ line }) => line.runId)}::uuid[], ${ats.map((at) => new Date(at).toISOString())}::timestamptz[],
        ${lines.map(({ seq }) => seq)}::bigint[], ${lines.map(({ line }) => line.taskRunId)}::uuid[],
        ${lines.map(({ line }) => line.attempt)}::int[], ${lines.map(({ line }) => LEVELS.indexOf(line.level))}::smallint[],
        ${lines.map(({ line }) => (line.node === undefined ? null : pgText(line.node)))}::text[],
        ${lines.map(({ line }) => pgText(line.message))}::text[], ${lines.map(({ line }) => pgJson(line.fields))}::text[])
        as t (run_id, at, seq, task_run_id, attempt, level, node, message, fields)
      on conflict do nothing`,
    signal,
  );
}

function plausible(at: number, now: number): number {
  return at > now + HOUR_MS || at < now - MAX_AGE_MS ? now : at;
}

/** A page of the lines of a run, oldest first. */
export async function logLines(
  store: LineageStore,
  query: LogQuery,
  signal: AbortSignal,
): Promise<readonly LogRow[]> {
  const { fromEnd = false, minLevel = "debug" } = query;
  const order = fromEnd ? sql`at desc, seq desc` : sql`at, seq`;
  const { rows } = await store.run(
    sql<Omit<LogRow, "level"> & { level: number }>`
      select run_id as "runId", task_run_id as "taskRunId", attempt, at, seq, level, node, message, fields
      from lineage.log_line
      where run_id = ${query.runId} and level >= ${LEVELS.indexOf(minLevel)}
        and at >= ${startOf(query.runId)}::timestamptz
        ${query.taskRunId === undefined ? sql`` : sql`and task_run_id = ${query.taskRunId}`}
        ${beyond(">", query.after)} ${beyond("<", query.before)}
      order by ${order} limit ${query.limit}`,
    signal,
  );
  const lines = rows.map((row) => ({ ...row, level: LEVELS[row.level] ?? "info" }));
  return fromEnd ? lines.reverse() : lines;
}

function beyond(operator: "<" | ">", position: LogPosition | undefined): RawBuilder<unknown> {
  if (position === undefined) return sql``;
  return sql`and (at, seq) ${sql.raw(operator)} (${position.at.toISOString()}::timestamptz, ${position.seq}::bigint)`;
}

/** No line of a run is older than its id, but for an hour of clocks that disagree: older partitions are left out. */
function startOf(runId: string): string {
  const ms = Number.parseInt(runId.replaceAll("-", "").slice(0, 12), 16);
  const isTime = ms > HOUR_MS && ms < Date.UTC(2100, 0, 1);
  return new Date(isTime ? ms - HOUR_MS : 0).toISOString();
}
