import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AttemptFacts, decideAttempt, overdueOutcome } from "./decide-attempt.ts";
import { AttemptState, TaskRunState } from "./states.ts";

const running: AttemptFacts = { taskState: "RUNNING", token: "mine", isCancelling: false };
const ready: AttemptFacts = { taskState: "READY", token: null, isCancelling: false };
const ended = (state: AttemptState, isReported: boolean) => ({ own: { state, isReported } });

describe("a claim", () => {
  test("opens an attempt of what is READY", () => {
    expect(decideAttempt(ready, { kind: "claim", token: "mine" })).toEqual({
      ok: true,
      effect: "open",
    });
  });

  test("with the token of the running attempt is granted again", () => {
    expect(decideAttempt(running, { kind: "claim", token: "mine" })).toEqual({
      ok: true,
      effect: "repeat",
    });
  });

  test("with another token is refused while an attempt runs", () => {
    expect(decideAttempt(running, { kind: "claim", token: "other" })).toEqual({
      ok: false,
      refusal: "it is RUNNING",
    });
  });

  test("with a token that was spent opens nothing, however READY the task run is", () => {
    const decision = decideAttempt(
      { ...ready, ...ended("CRASHED", false) },
      { kind: "claim", token: "mine" },
    );

    expect(decision).toEqual({ ok: false, refusal: "the attempt of this token is CRASHED" });
  });

  test("is refused while the run is being cancelled", () => {
    const decision = decideAttempt(
      { ...ready, isCancelling: true },
      { kind: "claim", token: "mine" },
    );

    expect(decision.ok).toBe(false);
  });
});

describe("a report", () => {
  test("with the token of the running attempt ends it", () => {
    expect(decideAttempt(running, { kind: "report", token: "mine" })).toEqual({
      ok: true,
      effect: "end",
    });
  });

  test("that was accepted is answered the same, whatever became of the task run since", () => {
    for (const taskState of Object.values(TaskRunState))
      expect(
        decideAttempt(
          { ...running, taskState, token: "other", ...ended("RELEASED", true) },
          { kind: "report", token: "mine" },
        ),
      ).toEqual({ ok: true, effect: "repeat" });
  });

  test("of an attempt that was reaped is refused (R3)", () => {
    const decision = decideAttempt(
      { ...running, token: "heir", ...ended("CRASHED", false) },
      { kind: "report", token: "mine" },
    );

    expect(decision.ok).toBe(false);
  });
});

describe("a beat", () => {
  test("renews, tells to stop, or is stale", () => {
    const beat = { kind: "beat", token: "mine" } as const;

    expect(decideAttempt(running, beat)).toEqual({ ok: true, effect: "renew" });
    expect(decideAttempt({ ...running, isCancelling: true }, beat)).toEqual({
      ok: true,
      effect: "stop",
    });
    expect(decideAttempt({ ...running, token: "other" }, beat).ok).toBe(false);
    expect(decideAttempt(ready, beat).ok).toBe(false);
  });
});

describe("whatever a stranger asks", () => {
  test("it neither keeps alive nor ends the running attempt", () => {
    const own = fc.option(
      fc.record({
        state: fc.constantFrom(...Object.values(AttemptState)),
        isReported: fc.boolean(),
      }),
      { nil: undefined },
    );
    const kind = fc.constantFrom("claim" as const, "beat" as const, "report" as const);
    fc.assert(
      fc.property(own, kind, fc.boolean(), (attempt, asked, isCancelling) => {
        const facts = { ...running, own: attempt, isCancelling };
        const decision = decideAttempt(facts, { kind: asked, token: "stranger" });
        expect(decision.ok ? decision.effect : "refused").toMatch(/^(?:repeat|refused)$/);
      }),
    );
  });
});

describe("overdueOutcome", () => {
  const now = new Date(1_000);
  const past = new Date(999);
  const future = new Date(1_001);
  const none = { leaseUntil: future, deadlineAt: null, cancelDeadlineAt: null };
  const clock = { now, mayReap: true };

  test("lets an attempt go on while nothing is over", () => {
    expect(overdueOutcome(none, clock)).toBeUndefined();
    expect(overdueOutcome({ ...none, deadlineAt: future, cancelDeadlineAt: future }, clock)).toBe(
      undefined,
    );
  });

  test("crashes it when its lease has lapsed, at the very instant too", () => {
    expect(overdueOutcome({ ...none, leaseUntil: past }, clock)).toBe("crashed");
    expect(overdueOutcome({ ...none, leaseUntil: now }, clock)).toBe("crashed");
  });

  test("crashes nothing while reaping rests", () => {
    expect(overdueOutcome({ ...none, leaseUntil: past }, { now, mayReap: false })).toBeUndefined();
  });

  test("its timeout ends it even while reaping rests", () => {
    const overdue = { ...none, leaseUntil: past, deadlineAt: past };

    expect(overdueOutcome(overdue, { now, mayReap: false })).toBe("timed_out");
    expect(overdueOutcome(overdue, clock)).toBe("timed_out");
  });

  test("a cancelled one is cancelled, whatever else is over", () => {
    const overdue = { leaseUntil: past, deadlineAt: past, cancelDeadlineAt: past };

    expect(overdueOutcome(overdue, clock)).toBe("cancelled");
  });
});
