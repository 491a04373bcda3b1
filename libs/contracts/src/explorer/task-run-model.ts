import type { EndOutcome, TaskRunCommand } from "../decide-task-run.ts";
import { AttemptState, CRASH_BUDGET, isTerminal } from "../states.ts";
import type { Model } from "./explore.ts";
import {
  type AttemptRow,
  type Protocol,
  type Size,
  startOf,
  type World,
} from "./task-run-world.ts";
import { type Answer, hear, workerSteps } from "./worker-steps.ts";

type Step = readonly [string, World];

/** The protocol of one task run under every order of messages and faults. */
export function taskRunModel(protocol: Protocol, size: Size): Model<World> {
  return {
    initial: startOf(size),
    next: (world) => [
      // After the end nobody begins anything, but what was said may still arrive.
      ...(isTerminal(world.run) ? [] : workerSteps(world, size.ends)),
      ...world.asked.flatMap((message) => deliver(protocol, world, message)),
      ...beats(protocol, world),
      ...sweeps(protocol, world),
      ...misfortunes(protocol, world),
    ],
    wrong: (world) => wrong(protocol, world),
    wrongStep,
    // A world without tokens has nobody who could go on: the model ends there, not the protocol.
    isGoal: (world) => isTerminal(world.run) || world.left.tokens === 0,
  };
}

function deliver(protocol: Protocol, world: World, message: string): readonly Step[] {
  const [kind = "", token = "", outcome = ""] = message.split(" ");
  return kind === "claim"
    ? claim(protocol, world, token)
    : report(protocol, world, { token, outcome: outcome as EndOutcome }); // as the worker wrote it
}

function attemptOf(world: World, token: string): AttemptRow | undefined {
  return world.attempts.find((attempt) => attempt.token === token);
}

function claim(protocol: Protocol, world: World, token: string): readonly Step[] {
  const { task: taskState, isCancelling } = world;
  const facts = { taskState, token: world.token, own: attemptOf(world, token), isCancelling };
  const decision = protocol.decideAttempt(facts, { kind: "claim", token });
  if (!decision.ok) return answered(world, token, "gone");
  if (decision.effect === "repeat")
    return answered({ ...world, isLapsed: false }, token, "granted");
  const opened = apply(protocol, world, { kind: "claim" });
  if (opened === undefined) return [];
  const row: AttemptRow = { token, state: AttemptState.running, isReported: false };
  const attempts = [...opened.attempts, row];
  return answered(
    advance(protocol, { ...opened, token, attempts, isLapsed: false }),
    token,
    "granted",
  );
}

function report(
  protocol: Protocol,
  world: World,
  { token, outcome }: { readonly token: string; readonly outcome: EndOutcome },
): readonly Step[] {
  const { task: taskState, isCancelling } = world;
  const own = protocol.recordsReports ? attemptOf(world, token) : undefined;
  const facts = { taskState, token: world.token, own, isCancelling };
  const decision = protocol.decideAttempt(facts, { kind: "report", token });
  if (!decision.ok) return answered(world, token, "refused");
  if (decision.effect === "repeat") return answered(world, token, "accepted");
  const ended = apply(protocol, world, { kind: "end", outcome, isRetryable: true }, true);
  if (ended === undefined) return [];
  const lost = protocol.commitsFirst ? [] : answered(world, token, "accepted");
  return [...answered(advance(protocol, ended), token, "accepted"), ...lost];
}

/** The worker hears the answer, or it is lost. */
function answered(world: World, token: string, answer: Answer): readonly Step[] {
  return [
    [`${answer} ${token}`, hear(world, token, answer)],
    [`${answer} ${token}, unheard`, world],
  ];
}

/** Applies a command to the task run; `undefined` when it is refused. */
function apply(
  protocol: Protocol,
  world: World,
  command: TaskRunCommand,
  isReported = false,
): World | undefined {
  const { task: state, attempt, retriesUsed, crashesUsed, isCancelling } = world;
  const { retryLimit } = protocol;
  const facts = { state, attempt, retriesUsed, retryLimit, crashesUsed, isCancelling };
  const decision = protocol.decideTaskRun(facts, command);
  if (!decision.ok) return undefined;
  const { attemptState } = decision;
  const attempts =
    attemptState === undefined
      ? world.attempts
      : world.attempts.map((row) =>
          row.token === world.token ? { ...row, state: attemptState, isReported } : row,
        );
  const task = decision.state;
  return {
    ...world,
    task,
    attempts,
    attempt: decision.attempt,
    retriesUsed: decision.retriesUsed,
    crashesUsed: decision.crashesUsed,
    token: task === "RUNNING" ? world.token : null,
    isLapsed: task === "RUNNING" && world.isLapsed,
    // What becomes READY is hinted with the change.
    isHinted: world.isHinted || (task === "READY" && world.task !== "READY"),
  };
}

function advance(protocol: Protocol, world: World, kind: "advance" | "cancel" = "advance"): World {
  const { run: state, isCancelling } = world;
  const tasks = [{ id: "task", state: world.task, needs: [] }];
  const decision = protocol.decideRun({ state, isCancelling, tasks }, { kind });
  if (!decision.ok) return world;
  let after: World = { ...world, isCancelling: decision.isCancelling };
  for (const { command } of decision.effects)
    if (command !== "stop") after = apply(protocol, after, { kind: command }) ?? after;
  return { ...after, run: decision.state };
}

function beats(protocol: Protocol, world: World): readonly Step[] {
  return world.workers.flatMap((worker, index): readonly Step[] => {
    if (worker.does !== "works") return [];
    const { token } = worker;
    const { task: taskState, isCancelling } = world;
    const facts = { taskState, token: world.token, isCancelling };
    const decision = protocol.decideAttempt(facts, { kind: "beat", token });
    if (decision.ok) return [[`beat ${token}`, { ...world, isLapsed: false }]];
    const idle = world.workers.with(index, { does: "nothing" });
    return [[`stale ${token}`, { ...world, workers: idle }]];
  });
}

const PAST = new Date(0);
const NOW = new Date(1);

function sweeps(protocol: Protocol, world: World): readonly Step[] {
  const steps: Step[] = [];
  if (world.task === "RUNNING") {
    const leaseUntil = world.isLapsed ? PAST : null;
    const cancelDeadlineAt = world.isCancelling ? PAST : null;
    const clock = { leaseUntil, deadlineAt: null, cancelDeadlineAt };
    const outcome = protocol.overdueOutcome(clock, { now: NOW, mayReap: true });
    const end = { kind: "end", outcome: outcome ?? "crashed", isRetryable: true } as const;
    const ended = outcome === undefined ? undefined : apply(protocol, world, end);
    if (ended !== undefined) steps.push([`reap: ${outcome}`, advance(protocol, ended)]);
  }
  const retried = apply(protocol, world, { kind: "retryDue" });
  if (retried !== undefined) steps.push(["retry is due", retried]);
  if (world.task === "READY" && !world.isHinted && protocol.hintsAgain)
    steps.push(["hint again", { ...world, isHinted: true }]);
  return steps;
}

function misfortunes(protocol: Protocol, world: World): readonly Step[] {
  const { left } = world;
  const steps: Step[] = [];
  if (world.task === "RUNNING" && !world.isLapsed)
    steps.push(["the lease lapses", { ...world, isLapsed: true }]);
  if (left.wipes > 0 && world.isHinted)
    steps.push([
      "the stream is wiped",
      { ...world, isHinted: false, left: { ...left, wipes: left.wipes - 1 } },
    ]);
  if (left.cancels > 0 && !isTerminal(world.run)) {
    const asked = { ...world, left: { ...left, cancels: left.cancels - 1 } };
    steps.push(["cancel", advance(protocol, asked, "cancel")]);
  }
  return steps;
}

function wrong({ retryLimit }: Protocol, world: World): string | undefined {
  const { attempts, task, run } = world;
  const open = attempts.filter((row) => row.state === "RUNNING");
  const ended = (state: AttemptRow["state"]): number =>
    attempts.filter((row) => row.state === state).length;
  const newest = attempts.at(-1);
  const rules: readonly (readonly [boolean, string])[] = [
    [open.length !== (task === "RUNNING" ? 1 : 0), "an open attempt and its task run disagree"],
    [
      new Set(attempts.map((row) => row.token)).size < attempts.length,
      "a token opened two attempts",
    ],
    [world.attempt !== attempts.length, "an attempt has no number of its own"],
    [ended("SUCCEEDED") > 1, "R4: two accepted results"],
    [task === "COMPLETED" && newest?.state !== "SUCCEEDED", "R3: the result of an old attempt won"],
    [world.isDeceived, "a report and its answer disagree"],
    [
      ended("FAILED") + ended("TIMED_OUT") > retryLimit + 1,
      "R13: more failures than the retries allow",
    ],
    [ended("CRASHED") > CRASH_BUDGET + 1, "R13: more crashes than the budget allows"],
    [isTerminal(run) !== isTerminal(task), "R1: a run and its only task run disagree"],
  ];
  return rules.find(([isBroken]) => isBroken)?.[1];
}

function wrongStep(from: World, to: World): string | undefined {
  if (isTerminal(from.run) && to.run !== from.run) return "R1: a run left its end";
  if (isTerminal(from.task) && to.task !== from.task) return "R1: a task run left its end";
  const isChanged = from.attempts.some(
    (row, at) => isTerminal(row.state) && to.attempts[at]?.state !== row.state,
  );
  return isChanged ? "an attempt left its end" : undefined;
}
