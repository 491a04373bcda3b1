import { decideRun, type RunTask } from "../decide-run.ts";
import { decideTaskRun } from "../decide-task-run.ts";
import type { RunState, TaskRunState } from "../states.ts";
import type { Model } from "./explore.ts";

/** Task runs of one run, by call. */
type Tasks = Readonly<Record<string, TaskRunState>>;

/** A transaction that ends one task run and advances the run. */
export interface Transaction {
  readonly ends: string;
  readonly at: "start" | "locked" | "read" | "committed";
  /** What it has read. */
  readonly seen: Tasks;
}

/** One run in the database, and the transactions that change it at the same time. */
export interface Database {
  readonly run: RunState;
  readonly tasks: Tasks;
  /** Who holds the lock of the run's row. */
  readonly lock: number | null;
  readonly transactions: readonly Transaction[];
  /** How often each task run was made READY. */
  readonly supplied: Readonly<Record<string, number>>;
}

/** In which order a transaction locks and reads, and whether a sweep looks again. */
export interface Habits {
  readonly order: "lock, then read" | "read, then lock" | "no lock";
  readonly sweeps: boolean;
}

/** The needs of each call. */
export type Calls = Readonly<Record<string, readonly string[]>>;

/** Two of the calls, both RUNNING, end in two transactions at once; each sees what was committed before it read. */
export function advanceModel(
  calls: Calls,
  ending: readonly [string, string],
  habits: Habits,
): Model<Database> {
  const tasks = Object.keys(calls).map((id) => [
    id,
    ending.includes(id) ? ("RUNNING" as const) : ("PENDING" as const),
  ]);
  const waiting = Object.keys(calls).filter((id) => !ending.includes(id));
  return {
    initial: {
      run: "RUNNING",
      tasks: Object.fromEntries(tasks),
      lock: null,
      transactions: ending.map((ends) => ({ ends, at: "start", seen: {} })),
      supplied: {},
    },
    next: (database) => [
      ...database.transactions.flatMap((_, index) => step(calls, database, { index, habits })),
      ...(habits.sweeps && database.lock === null ? [sweep(calls, database)] : []),
    ],
    wrong: ({ supplied }) =>
      Object.values(supplied).some((times) => times > 1) ? "made READY twice" : undefined,
    isGoal: ({ run, tasks: now }) =>
      waiting.length === 0 ? run === "COMPLETED" : waiting.every((id) => now[id] === "READY"),
  };
}

type Step = readonly [string, Database];

function step(
  calls: Calls,
  database: Database,
  { index, habits }: { readonly index: number; readonly habits: Habits },
): readonly Step[] {
  const own = database.transactions[index];
  if (own === undefined || own.at === "committed") return [];
  const name = `transaction of ${own.ends}`;
  const locked = { ...database, lock: index };
  const read = { ...own, at: "read", seen: database.tasks } as const;
  const mustLock = habits.order !== "no lock" && database.lock !== index;
  if (habits.order === "lock, then read" && own.at === "start")
    return database.lock === null
      ? [[`${name} locks`, put(locked, index, { ...own, at: "locked" })]]
      : [];
  if (own.at !== "read") return [[`${name} reads`, put(database, index, read)]];
  if (mustLock) return database.lock === null ? [[`${name} locks`, locked]] : [];
  return [[`${name} commits`, commit(calls, database, index)]];
}

function put(database: Database, index: number, transaction: Transaction): Database {
  return { ...database, transactions: database.transactions.with(index, transaction) };
}

function commit(calls: Calls, database: Database, index: number): Database {
  const own = database.transactions[index];
  if (own === undefined) return database;
  const ended = apply(own.seen, own.ends, "end");
  // It writes the rows that it changed, and those alone.
  const written = {
    ...database,
    tasks: { ...database.tasks, [own.ends]: ended[own.ends] ?? "RUNNING" },
  };
  const lock = database.lock === index ? null : database.lock;
  const after = advance(calls, { ...written, lock }, ended);
  return put(after, index, { ...own, at: "committed", seen: {} });
}

function sweep(calls: Calls, database: Database): Step {
  return ["sweep", advance(calls, database, database.tasks)];
}

/** Decides by what was seen, and writes what was decided. */
function advance(calls: Calls, database: Database, seen: Tasks): Database {
  const tasks: readonly RunTask[] = Object.entries(calls).map(([id, needs]) => ({
    id,
    needs,
    state: seen[id] ?? "PENDING",
  }));
  const facts = { state: database.run, isCancelling: false, tasks };
  const decision = decideRun(facts, { kind: "advance" });
  if (!decision.ok) return database;
  let after = { ...database, run: decision.state };
  for (const { task } of decision.effects) {
    const times = (after.supplied[task] ?? 0) + 1;
    const supplied = { ...after.supplied, [task]: times };
    after = { ...after, supplied, tasks: apply(after.tasks, task, "supply") };
  }
  return after;
}

function apply(tasks: Tasks, id: string, kind: "supply" | "end"): Tasks {
  const counts = { attempt: 1, retriesUsed: 0, retryLimit: 0, crashesUsed: 0 };
  const facts = { ...counts, state: tasks[id] ?? "PENDING", isCancelling: false };
  const decision = decideTaskRun(
    facts,
    kind === "supply" ? { kind } : { kind, outcome: "succeeded", isRetryable: false },
  );
  return decision.ok ? { ...tasks, [id]: decision.state } : tasks;
}
