import { sql } from "kysely";
import type { LineageStore } from "./lineage-store.ts";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-01 was a Thursday: so many days after the Monday that began its week. */
const EPOCH_WEEKDAY_MS = 3 * DAY_MS;
const FIRST_MS = Date.UTC(2020, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);

/** One partition as data; `from` and `to` are literals of the partition key. */
export interface Partition {
  readonly table: string;
  readonly suffix: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The Monday (UTC) of the week in which a UUIDv7 was made, in milliseconds.
 *
 * @returns `undefined` for an id whose time lies outside 2020 to 2099: it goes to the default partition.
 */
export function weekOf(uuid: string): number | undefined {
  const ms = Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16);
  if (!(ms >= FIRST_MS && ms < LAST_MS)) return undefined;
  return Math.floor((ms + EPOCH_WEEKDAY_MS) / WEEK_MS) * WEEK_MS - EPOCH_WEEKDAY_MS;
}

/** The partitions that hold the rows of runs of one week. */
export function weekPartitions(mondayMs: number): readonly Partition[] {
  const suffix = compactDate(mondayMs);
  const bounds = { from: floorUuid(mondayMs), to: floorUuid(mondayMs + WEEK_MS) };
  return ["node_exec", "node_note", "run_link"].map((table) => ({ table, suffix, ...bounds }));
}

/** The partition that holds the log lines of one day (UTC). */
export function dayPartition(atMs: number): Partition {
  const day = Math.floor(atMs / DAY_MS) * DAY_MS;
  const literal = (ms: number): string => new Date(ms).toISOString();
  return {
    table: "log_line",
    suffix: compactDate(day),
    from: literal(day),
    to: literal(day + DAY_MS),
  };
}

/** Creates the partitions that the rows of these runs go to, where they are missing. */
export async function ensureWeeks(
  store: LineageStore,
  runIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const weeks = new Set(runIds.map(weekOf).filter((week) => week !== undefined));
  await ensurePartitions(store, [...weeks].flatMap(weekPartitions), signal);
}

/** Creates partitions where they are missing; safe concurrently. */
export async function ensurePartitions(
  store: LineageStore,
  partitions: readonly Partition[],
  signal: AbortSignal,
): Promise<void> {
  const missing = partitions.filter((one) => !store.knownPartitions.has(nameOf(one)));
  if (missing.length === 0) return;
  await store.transaction(async (tx) => {
    await tx.run(sql`select pg_advisory_xact_lock(hashtext('lineage.partitions'))`);
    for (const one of missing) await tx.run(createPartition(one));
  }, signal);
  for (const one of missing) store.knownPartitions.add(nameOf(one));
}

function createPartition(one: Partition): ReturnType<typeof sql<unknown>> {
  const name = sql.id("lineage", nameOf(one));
  const parent = sql.id("lineage", one.table);
  return sql`create table if not exists ${name} partition of ${parent} for values from (${sql.lit(one.from)}) to (${sql.lit(one.to)})`;
}

function nameOf({ table, suffix }: Partition): string {
  return `${table}_${suffix}`;
}

function compactDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).replaceAll("-", "");
}

/** The least UUID of an instant. */
function floorUuid(ms: number): string {
  const hex = ms.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
