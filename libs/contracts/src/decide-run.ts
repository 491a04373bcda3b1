import { isTerminal, RunState, TaskRunState } from "./states.ts";

/** A task run as its run sees it. */
export interface RunTask {
  /** The call's id in the flow. */
  readonly id: string;
  readonly state: TaskRunState;
  /** Ids of the calls that must have succeeded before. */
  readonly needs: readonly string[];
  /** Whether it is READY and nobody has been able to run it for long. */
  readonly isUnserved?: boolean;
}

/** What a decision about a run looks at. */
export interface RunFacts {
  readonly state: RunState;
  readonly isCancelling: boolean;
  /** All its task runs. */
  readonly tasks: readonly RunTask[];
}

/** What may happen to a run. */
export type RunCommand =
  /** Something about its task runs has changed, or perhaps has. */
  | { readonly kind: "advance" }
  /** Someone asks to cancel it. */
  | { readonly kind: "cancel" };

/** What becomes of one of its task runs: a command to it, or `stop`, which asks its running attempt to end. */
export interface RunEffect {
  readonly task: string;
  readonly command: "supply" | "skip" | "cancel" | "stop";
}

/** What a command does, or why it does nothing. */
export type RunDecision =
  | {
      readonly ok: true;
      /** The state once the effects have been applied. */
      readonly state: RunState;
      readonly isCancelling: boolean;
      readonly effects: readonly RunEffect[];
    }
  | { readonly ok: false; readonly refusal: string };

/**
 * The state machine of a run: pure, and the only place that knows it.
 *
 * 1. Terminal states are never left.
 * 2. A run is over when each of its task runs is, never before.
 * 3. A task run is supplied once all that it needs has succeeded.
 * 4. After the first task run that did not succeed, those that have not started are skipped; those that run may end.
 *
 * @example
 * const tasks = [{ id: "a", state: "COMPLETED", needs: [] }, { id: "b", state: "PENDING", needs: ["a"] }];
 * decideRun({ state: "RUNNING", isCancelling: false, tasks }, { kind: "advance" });
 * // { ok: true, state: "RUNNING", isCancelling: false, effects: [{ task: "b", command: "supply" }] }
 */
export function decideRun(facts: RunFacts, command: RunCommand): RunDecision {
  if (isTerminal(facts.state)) return { ok: false, refusal: `it is ${facts.state}` };
  const isCancelling = facts.isCancelling || command.kind === "cancel";
  const effects = effectsOf({ ...facts, isCancelling }, command);
  const after = applied(facts.tasks, effects);
  return { ok: true, isCancelling, effects, state: stateOf({ ...facts, isCancelling }, after) };
}

/** The worst end wins: what a run with such a task run becomes. */
const ENDS: readonly (readonly [TaskRunState, RunState])[] = [
  [TaskRunState.crashed, RunState.crashed],
  [TaskRunState.failed, RunState.failed],
  [TaskRunState.timedOut, RunState.timedOut],
  [TaskRunState.cancelled, RunState.cancelled],
];

const AFTER: Readonly<Record<Exclude<RunEffect["command"], "stop">, TaskRunState>> = {
  supply: TaskRunState.ready,
  skip: TaskRunState.skipped,
  cancel: TaskRunState.cancelled,
};

function effectsOf({ tasks, isCancelling }: RunFacts, command: RunCommand): readonly RunEffect[] {
  if (isCancelling) {
    const waiting = waitingOf(tasks).map(({ id }) => ({ task: id, command: "cancel" as const }));
    return command.kind === "cancel" ? [...waiting, ...stops(tasks)] : waiting;
  }
  if (ENDS.some(([end]) => tasks.some(({ state }) => state === end)))
    return waitingOf(tasks).map(({ id }) => ({ task: id, command: "skip" }));
  const done = new Set(
    tasks.filter(({ state }) => state === TaskRunState.completed).map(({ id }) => id),
  );
  return tasks
    .filter(({ state, needs }) => state === TaskRunState.pending && needs.every((n) => done.has(n)))
    .map(({ id }) => ({ task: id, command: "supply" }));
}

/** Those that are not over, and that no worker has. */
function waitingOf(tasks: readonly RunTask[]): readonly RunTask[] {
  return tasks.filter(({ state }) => state !== TaskRunState.running && !isTerminal(state));
}

function stops(tasks: readonly RunTask[]): readonly RunEffect[] {
  return tasks
    .filter(({ state }) => state === TaskRunState.running)
    .map(({ id }) => ({ task: id, command: "stop" }));
}

function applied(
  tasks: readonly RunTask[],
  effects: readonly RunEffect[],
): readonly Pick<RunTask, "state" | "isUnserved">[] {
  const commands = new Map(effects.map(({ task, command }) => [task, command]));
  return tasks.map(({ id, state, isUnserved = false }) => {
    const command = commands.get(id);
    if (command === undefined || command === "stop") return { state, isUnserved };
    return { state: AFTER[command] };
  });
}

function stateOf(
  { state, isCancelling }: RunFacts,
  tasks: readonly Pick<RunTask, "state" | "isUnserved">[],
): RunState {
  const has = (wanted: TaskRunState): boolean => tasks.some((task) => task.state === wanted);
  if (tasks.every((task) => isTerminal(task.state))) return endOf(has, isCancelling);
  if (isCancelling) return RunState.cancelling;
  if (state === RunState.paused) return state;
  if (has(TaskRunState.running)) return RunState.running;
  if (tasks.some((task) => task.isUnserved === true)) return RunState.awaitingVersion;
  const hasStarted = has(TaskRunState.retrying) || tasks.some((task) => isTerminal(task.state));
  if (hasStarted) return RunState.running;
  return state === RunState.awaitingVersion ? RunState.scheduled : state;
}

function endOf(has: (state: TaskRunState) => boolean, isCancelling: boolean): RunState {
  const worst = ENDS.find(([task]) => has(task));
  if (worst === undefined) return RunState.completed;
  return isCancelling ? RunState.cancelled : worst[1];
}
