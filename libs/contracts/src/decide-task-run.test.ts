import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideTaskRun, type TaskRunCommand, type TaskRunFacts } from "./decide-task-run.ts";
import { CRASH_BUDGET, isTerminal, TaskRunState } from "./states.ts";

const fresh: TaskRunFacts = {
  state: "READY",
  attempt: 0,
  retriesUsed: 0,
  retryLimit: 1,
  crashesUsed: 0,
  isCancelling: false,
};
const running: TaskRunFacts = { ...fresh, state: "RUNNING", attempt: 1 };
const end = (
  outcome: Extract<TaskRunCommand, { kind: "end" }>["outcome"],
  isRetryable = true,
): TaskRunCommand => ({ kind: "end", outcome, isRetryable });

describe("decideTaskRun", () => {
  test("a claim opens an attempt with the next number", () => {
    expect(decideTaskRun({ ...fresh, attempt: 2 }, { kind: "claim" })).toMatchObject({
      ok: true,
      state: "RUNNING",
      attempt: 3,
    });
  });

  test("a claim is refused while the run is being cancelled", () => {
    expect(decideTaskRun({ ...fresh, isCancelling: true }, { kind: "claim" })).toEqual({
      ok: false,
      refusal: "its run is being cancelled",
    });
  });

  test.for([
    ["succeeded", "COMPLETED", "SUCCEEDED"],
    ["failed", "RETRYING", "FAILED"],
    ["timed_out", "RETRYING", "TIMED_OUT"],
    ["crashed", "READY", "CRASHED"],
    ["released", "READY", "RELEASED"],
    ["cancelled", "CANCELLED", "CANCELLED"],
  ] as const)("an attempt that %s leaves the task run %s", ([outcome, state, attemptState]) => {
    expect(decideTaskRun(running, end(outcome))).toMatchObject({ ok: true, state, attemptState });
  });

  test.for([
    ["failed", "FAILED"],
    ["timed_out", "TIMED_OUT"],
  ] as const)("%s without retries left ends it as %s", ([outcome, state]) => {
    expect(decideTaskRun({ ...running, retriesUsed: 1 }, end(outcome))).toMatchObject({ state });
    expect(decideTaskRun(running, end(outcome, false))).toMatchObject({ state, retriesUsed: 0 });
  });

  test("crashes have a budget of their own, also without retries (R13)", () => {
    const noRetries = { ...running, retryLimit: 0 };

    expect(decideTaskRun({ ...noRetries, crashesUsed: 2 }, end("crashed"))).toMatchObject({
      state: "READY",
      crashesUsed: CRASH_BUDGET,
      retriesUsed: 0,
    });
    expect(decideTaskRun({ ...noRetries, crashesUsed: 3 }, end("crashed"))).toMatchObject({
      state: "CRASHED",
    });
  });

  test("a release costs nothing", () => {
    expect(decideTaskRun({ ...running, retryLimit: 0 }, end("released"))).toMatchObject({
      state: "READY",
      retriesUsed: 0,
      crashesUsed: 0,
    });
  });

  test.for(["failed", "timed_out", "crashed", "released", "cancelled"] as const)(
    "an attempt that %s while its run is being cancelled is not tried again",
    (outcome) => {
      const decision = decideTaskRun({ ...running, isCancelling: true }, end(outcome));

      expect(decision).toMatchObject({ ok: true, state: "CANCELLED" });
    },
  );

  test("a result that comes while its run is being cancelled still counts", () => {
    expect(decideTaskRun({ ...running, isCancelling: true }, end("succeeded"))).toMatchObject({
      state: "COMPLETED",
    });
  });

  test("what runs is neither skipped nor cancelled from outside", () => {
    expect(decideTaskRun(running, { kind: "skip" }).ok).toBe(false);
    expect(decideTaskRun(running, { kind: "cancel" }).ok).toBe(false);
  });
});

const commands: fc.Arbitrary<TaskRunCommand> = fc.oneof(
  fc.constantFrom<TaskRunCommand>(
    { kind: "supply" },
    { kind: "claim" },
    { kind: "limit" },
    { kind: "unlimit" },
    { kind: "retryDue" },
    { kind: "skip" },
    { kind: "cancel" },
  ),
  fc.record({
    kind: fc.constant("end" as const),
    outcome: fc.constantFrom(
      "succeeded" as const,
      "failed" as const,
      "timed_out" as const,
      "cancelled" as const,
      "crashed" as const,
      "released" as const,
    ),
    isRetryable: fc.boolean(),
  }),
);
const moves = fc.array(fc.record({ command: commands, isCancelling: fc.boolean() }), {
  maxLength: 60,
});

/** The facts before and after each accepted command. */
function play(
  retryLimit: number,
  steps: readonly { command: TaskRunCommand; isCancelling: boolean }[],
) {
  let facts: TaskRunFacts = { ...fresh, state: "PENDING", retryLimit };
  const taken = [];
  for (const { command, isCancelling } of steps) {
    const before = { ...facts, isCancelling: facts.isCancelling || isCancelling };
    const decision = decideTaskRun(before, command);
    const after = decision.ok ? { ...before, ...decision } : before;
    taken.push({ before, command, decision, after });
    facts = after;
  }
  return taken;
}

describe("whatever happens to a task run", () => {
  test("its end is never left (R1)", () => {
    fc.assert(
      fc.property(fc.nat(3), moves, (retryLimit, steps) => {
        for (const { before, decision } of play(retryLimit, steps))
          if (isTerminal(before.state)) expect(decision.ok).toBe(false);
      }),
    );
  });

  test("only a claim opens an attempt, and only a RUNNING one ends", () => {
    fc.assert(
      fc.property(fc.nat(3), moves, (retryLimit, steps) => {
        for (const { before, command, decision } of play(retryLimit, steps)) {
          if (!decision.ok) continue;
          expect(decision.attempt - before.attempt).toBe(command.kind === "claim" ? 1 : 0);
          expect(decision.attemptState !== undefined).toBe(before.state === "RUNNING");
        }
      }),
    );
  });

  test("attempts never exceed the budgets (R13)", () => {
    fc.assert(
      fc.property(fc.nat(3), moves, (retryLimit, steps) => {
        const ends = play(retryLimit, steps).flatMap(({ decision }) =>
          decision.ok && decision.attemptState !== undefined ? [decision.attemptState] : [],
        );
        const count = (...states: string[]) => ends.filter((end) => states.includes(end)).length;

        expect(count("FAILED", "TIMED_OUT")).toBeLessThanOrEqual(retryLimit + 1);
        expect(count("CRASHED")).toBeLessThanOrEqual(CRASH_BUDGET + 1);
        expect(count("SUCCEEDED")).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("a refusal says why", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(TaskRunState)), commands, (state, command) => {
        const decision = decideTaskRun({ ...fresh, state }, command);
        if (!decision.ok) expect(decision.refusal).not.toBe("");
      }),
    );
  });
});
