import { describe, expect, test } from "vitest";
import { decideAttempt } from "../decide-attempt.ts";
import { decideRun } from "../decide-run.ts";
import { decideTaskRun } from "../decide-task-run.ts";
import { explore, STUCK } from "./explore.ts";
import { taskRunModel } from "./task-run-model.ts";
import { type Protocol, REAL, type Size } from "./task-run-world.ts";

const faults: Size = {
  workers: 2,
  ends: ["succeeded", "failed"],
  left: { tokens: 2, kills: 1, wipes: 1, cancels: 0 },
};
const takeOvers: Size = { ...faults, left: { tokens: 3, kills: 1, wipes: 0, cancels: 0 } };
const cancelled: Size = {
  workers: 2,
  ends: ["succeeded", "failed", "cancelled", "released"],
  left: { tokens: 2, kills: 0, wipes: 0, cancels: 1 },
};
const silence: Size = {
  workers: 1,
  ends: [],
  left: { tokens: 6, kills: 0, wipes: 0, cancels: 0 },
};
const failures: Size = { ...silence, ends: ["failed"], left: { ...silence.left, tokens: 3 } };

const exploring = (change: Partial<Protocol>, size: Size) =>
  explore(taskRunModel({ ...REAL, ...change }, size));

describe("the protocol of a task run", () => {
  test.for([
    ["kills and wiped streams", faults, 2_000],
    ["attempts taken over", takeOvers, 10_000],
    ["cancelling", cancelled, 2_000],
    ["workers that fall silent again and again", silence, 50],
    ["failures again and again", failures, 50],
  ] as const)("holds under %s", ([, size, least]) => {
    const exploration = exploring({}, size);

    expect(exploration).toMatchObject({ kind: "holds" });
    // A model that lost its steps would hold, too.
    expect(exploration.kind === "holds" ? exploration.states : 0).toBeGreaterThan(least);
  });
});

/** Each of these is a mistake that someone could make; `why` is how it is found out. */
const mistakes: readonly {
  readonly name: string;
  readonly change: Partial<Protocol>;
  readonly size: Size;
  readonly why: string;
}[] = [
  {
    name: "any token ends the running attempt",
    change: {
      decideAttempt: (facts, command) =>
        command.kind === "report" && facts.taskState === "RUNNING"
          ? { ok: true, effect: "end" }
          : decideAttempt(facts, command),
    },
    size: takeOvers,
    why: "a report and its answer disagree",
  },
  {
    name: "a claim takes over what another worker runs",
    change: {
      decideAttempt: (facts, command) =>
        command.kind === "claim" && facts.token !== command.token && facts.taskState === "RUNNING"
          ? { ok: true, effect: "open" }
          : decideAttempt(facts, command),
      decideTaskRun: (facts, command) =>
        decideTaskRun(command.kind === "claim" ? { ...facts, state: "READY" } : facts, command),
    },
    size: takeOvers,
    why: "an open attempt and its task run disagree",
  },
  {
    name: "a spent token opens another attempt",
    change: {
      decideAttempt: (facts, command) =>
        decideAttempt(command.kind === "claim" ? { ...facts, own: undefined } : facts, command),
    },
    size: faults,
    why: "a token opened two attempts",
  },
  {
    name: "an accepted report is not remembered",
    change: { recordsReports: false },
    size: faults,
    why: "a report and its answer disagree",
  },
  {
    name: "an answer is sent before its commit",
    change: { commitsFirst: false },
    size: faults,
    why: "a report and its answer disagree",
  },
  {
    name: "nothing is hinted again",
    change: { hintsAgain: false },
    size: faults,
    why: STUCK,
  },
  {
    name: "nothing is reaped",
    change: { overdueOutcome: () => undefined },
    size: faults,
    why: STUCK,
  },
  {
    name: "a claim does not raise the number of the attempt",
    change: {
      decideTaskRun: (facts, command) => {
        const decision = decideTaskRun(facts, command);
        return decision.ok ? { ...decision, attempt: facts.attempt } : decision;
      },
    },
    size: faults,
    why: "an attempt has no number of its own",
  },
  {
    name: "crashes are not counted",
    change: {
      decideTaskRun: (facts, command) => decideTaskRun({ ...facts, crashesUsed: 0 }, command),
    },
    size: silence,
    why: "R13: more crashes than the budget allows",
  },
  {
    name: "retries are not counted",
    change: {
      decideTaskRun: (facts, command) => decideTaskRun({ ...facts, retriesUsed: 0 }, command),
    },
    size: failures,
    why: "R13: more failures than the retries allow",
  },
  {
    name: "an end is left",
    change: {
      decideTaskRun: (facts, command) =>
        decideTaskRun(facts.state === "FAILED" ? { ...facts, state: "RETRYING" } : facts, command),
    },
    size: failures,
    why: "R1: a task run left its end",
  },
  {
    name: "a cancelled run does not wait for its worker",
    change: {
      decideRun: (facts, command) =>
        command.kind === "cancel"
          ? { ok: true, state: "CANCELLED", isCancelling: true, effects: [] }
          : decideRun(facts, command),
    },
    size: cancelled,
    why: "R1: a run and its only task run disagree",
  },
  {
    name: "a run is never closed",
    change: {
      decideRun: (facts, command) => {
        const decision = decideRun(facts, command);
        return decision.ok && decision.state === "COMPLETED"
          ? { ...decision, state: "RUNNING" }
          : decision;
      },
    },
    size: faults,
    why: "R1: a run and its only task run disagree",
  },
];

describe("a mistake in the protocol", () => {
  test.for(mistakes)("is found: $name", ({ change, size, why }) => {
    const exploration = exploring(change, size);

    expect(exploration).toMatchObject({ kind: "broken", why });
    expect(exploration.kind === "broken" ? exploration.trace.length : 0).toBeGreaterThan(0);
  });
});
