import { isTerminal, RunState, TaskRunState } from "./states.ts";

/** What a decision about a run looks at. */
export interface RunFacts {
  readonly state: RunState;
  readonly isCancelling: boolean;
  /** States of all its task runs. */
  readonly taskStates: readonly TaskRunState[];
}

/** What a run becomes, and what becomes of its task runs that have not started. */
export interface RunDecision {
  readonly state: RunState;
  /** Whether task runs that wait are not needed any more. */
  readonly skipRest: boolean;
}

/** The worst end wins: what a run with such task runs becomes. */
const ENDS: readonly (readonly [TaskRunState, RunState])[] = [
  [TaskRunState.crashed, RunState.crashed],
  [TaskRunState.failed, RunState.failed],
  [TaskRunState.timedOut, RunState.timedOut],
  [TaskRunState.cancelled, RunState.cancelled],
];

/**
 * The state machine of a run, from the states of its task runs.
 *
 * 1. Terminal states are never left.
 * 2. A run is over only when each of its task runs is.
 * 3. After the first task run that did not succeed, those that have not started are skipped.
 *
 * @example
 * decideRun({ state: "RUNNING", isCancelling: false, taskStates: ["COMPLETED"] }); // COMPLETED
 */
export function decideRun({ state, isCancelling, taskStates }: RunFacts): RunDecision {
  if (isTerminal(state)) return { state, skipRest: false };
  const ends = ENDS.filter(([task]) => taskStates.includes(task));
  const skipRest = ends.length > 0 || isCancelling;
  if (taskStates.every((task) => isTerminal(task)))
    return { state: endOf(ends, isCancelling), skipRest: false };
  if (isCancelling) return { state: RunState.cancelling, skipRest };
  const hasStarted = taskStates.some((task) => task === TaskRunState.running || isTerminal(task));
  return { state: hasStarted ? RunState.running : state, skipRest };
}

function endOf(
  ends: readonly (readonly [TaskRunState, RunState])[],
  isCancelling: boolean,
): RunState {
  const [worst] = ends;
  if (worst === undefined) return RunState.completed;
  return isCancelling ? RunState.cancelled : worst[1];
}
