import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideRun, type RunFacts, type RunTask } from "./decide-run.ts";
import { decideTaskRun } from "./decide-task-run.ts";
import { isTerminal, RunState, TaskRunState } from "./states.ts";

const task = (id: string, state: TaskRunState, needs: readonly string[] = []): RunTask => ({
  id,
  state,
  needs,
});
const facts = (tasks: readonly RunTask[], more: Partial<RunFacts> = {}): RunFacts => ({
  state: "RUNNING",
  isCancelling: false,
  tasks,
  ...more,
});
const advance = (tasks: readonly RunTask[], more: Partial<RunFacts> = {}) =>
  decideRun(facts(tasks, more), { kind: "advance" });

describe("advancing a run", () => {
  test("supplies what has all that it needs, and nothing else (R9)", () => {
    const decision = advance([
      task("a", "COMPLETED"),
      task("b", "RUNNING"),
      task("c", "PENDING", ["a"]),
      task("d", "PENDING", ["a", "b"]),
    ]);

    expect(decision).toMatchObject({
      ok: true,
      state: "RUNNING",
      effects: [{ task: "c", command: "supply" }],
    });
  });

  test("completes it when every task run has", () => {
    expect(advance([task("a", "COMPLETED"), task("b", "COMPLETED")])).toMatchObject({
      state: "COMPLETED",
      effects: [],
    });
  });

  test("completes a run of no tasks", () => {
    expect(advance([], { state: "SCHEDULED" })).toMatchObject({ state: "COMPLETED" });
  });

  test.for([
    ["FAILED", "FAILED"],
    ["CRASHED", "CRASHED"],
    ["TIMED_OUT", "TIMED_OUT"],
    ["CANCELLED", "CANCELLED"],
  ] as const)("after one is %s it skips the rest and becomes %s", ([end, state]) => {
    const decision = advance([task("a", end), task("b", "PENDING", ["a"]), task("c", "RETRYING")]);

    expect(decision).toMatchObject({
      state,
      effects: [
        { task: "b", command: "skip" },
        { task: "c", command: "skip" },
      ],
    });
  });

  test("after a failure it waits for what runs, and starts nothing more", () => {
    const decision = advance([
      task("a", "FAILED"),
      task("b", "RUNNING"),
      task("c", "COMPLETED"),
      task("d", "PENDING", ["c"]),
    ]);

    expect(decision).toMatchObject({
      state: "RUNNING",
      effects: [{ task: "d", command: "skip" }],
    });
  });

  test("the worst end wins", () => {
    expect(advance([task("a", "FAILED"), task("b", "CRASHED")])).toMatchObject({
      state: "CRASHED",
    });
    expect(advance([task("a", "TIMED_OUT"), task("b", "FAILED")])).toMatchObject({
      state: "FAILED",
    });
  });

  test("is SCHEDULED until something has started", () => {
    expect(advance([task("a", "READY")], { state: "SCHEDULED" })).toMatchObject({
      state: "SCHEDULED",
    });
    expect(advance([task("a", "RUNNING")], { state: "SCHEDULED" })).toMatchObject({
      state: "RUNNING",
    });
  });

  test("says AWAITING_VERSION while nobody can run what is READY, and only then", () => {
    const unserved = { ...task("b", "READY"), isUnserved: true };

    expect(advance([task("a", "COMPLETED"), unserved])).toMatchObject({
      state: "AWAITING_VERSION",
    });
    expect(advance([task("a", "RUNNING"), unserved])).toMatchObject({ state: "RUNNING" });
    expect(
      advance([task("a", "COMPLETED"), task("b", "READY")], { state: "AWAITING_VERSION" }),
    ).toMatchObject({ state: "RUNNING" });
    expect(advance([task("b", "READY")], { state: "AWAITING_VERSION" })).toMatchObject({
      state: "SCHEDULED",
    });
  });
});

describe("cancelling a run", () => {
  test("cancels what waits and asks what runs to stop", () => {
    const decision = decideRun(
      facts([task("a", "RUNNING"), task("b", "PENDING", ["a"]), task("c", "RETRYING")]),
      { kind: "cancel" },
    );

    expect(decision).toEqual({
      ok: true,
      state: "CANCELLING",
      isCancelling: true,
      effects: [
        { task: "b", command: "cancel" },
        { task: "c", command: "cancel" },
        { task: "a", command: "stop" },
      ],
    });
  });

  test("ends it at once when nothing runs", () => {
    const decision = decideRun(facts([task("a", "READY")], { state: "SCHEDULED" }), {
      kind: "cancel",
    });

    expect(decision).toMatchObject({ state: "CANCELLED" });
  });

  test("that comes too late leaves a run whose tasks all succeeded COMPLETED", () => {
    expect(advance([task("a", "COMPLETED")], { isCancelling: true })).toMatchObject({
      state: "COMPLETED",
    });
  });

  test("of a run that is over is refused", () => {
    expect(
      decideRun(facts([task("a", "FAILED")], { state: "FAILED" }), { kind: "cancel" }),
    ).toEqual({ ok: false, refusal: "it is FAILED" });
  });
});

/** A DAG whose task runs are in any states. */
const tasks: fc.Arbitrary<readonly RunTask[]> = fc
  .array(
    fc.record({
      state: fc.constantFrom(...Object.values(TaskRunState)),
      needs: fc.array(fc.nat(9), { maxLength: 3 }),
    }),
    { maxLength: 8 },
  )
  .map((list) =>
    list.map(({ state, needs }, index) => ({
      id: `t${index}`,
      state,
      needs: [...new Set(needs.filter((need) => need < index))].map((need) => `t${need}`),
    })),
  );
const open = fc.constantFrom<RunState>("SCHEDULED", "RUNNING", "CANCELLING", "AWAITING_VERSION");
const command = fc.constantFrom({ kind: "advance" } as const, { kind: "cancel" } as const);

/** What the effects make of the task runs, by the state machine of a task run. */
function carryOut(
  { tasks: before, isCancelling }: RunFacts,
  decision: ReturnType<typeof decideRun>,
) {
  if (!decision.ok) return before;
  return before.map((one) => {
    const effect = decision.effects.find(({ task: id }) => id === one.id);
    if (effect === undefined || effect.command === "stop") return one;
    const counts = { attempt: 0, retriesUsed: 0, retryLimit: 0, crashesUsed: 0 };
    const next = decideTaskRun(
      { ...counts, state: one.state, isCancelling },
      { kind: effect.command },
    );
    expect(next.ok).toBe(true);
    return next.ok ? { ...one, state: next.state } : one;
  });
}

describe("whatever the task runs are", () => {
  test("the state is the one after the effects: advancing again changes nothing", () => {
    fc.assert(
      fc.property(tasks, open, fc.boolean(), command, (list, state, isCancelling, asked) => {
        const before = facts(list, { state, isCancelling });
        const decision = decideRun(before, asked);
        if (!decision.ok) return;
        const after = carryOut(before, decision);

        const again = advance(after, {
          state: decision.state,
          isCancelling: decision.isCancelling,
        });

        if (isTerminal(decision.state)) expect(again.ok).toBe(false);
        else expect(again).toMatchObject({ ok: true, state: decision.state, effects: [] });
      }),
      { numRuns: 500 },
    );
  });

  test("a run is over exactly when each of its task runs is (R1)", () => {
    fc.assert(
      fc.property(tasks, open, fc.boolean(), command, (list, state, isCancelling, asked) => {
        const before = facts(list, { state, isCancelling });
        const decision = decideRun(before, asked);
        const after = carryOut(before, decision);

        expect(decision.ok && isTerminal(decision.state)).toBe(
          after.every((one) => isTerminal(one.state)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("the order of the task runs does not matter (R18)", () => {
    fc.assert(
      fc.property(tasks, open, fc.boolean(), (list, state, isCancelling) => {
        const there = advance(list, { state, isCancelling });
        const back = advance(list.toReversed(), { state, isCancelling });

        expect(there.ok && there.state).toBe(back.ok && back.state);
      }),
    );
  });

  test("a finished run is never touched", () => {
    const over = fc.constantFrom(...Object.values(RunState).filter((state) => isTerminal(state)));
    fc.assert(
      fc.property(tasks, over, command, (list, state, asked) => {
        expect(decideRun(facts(list, { state }), asked).ok).toBe(false);
      }),
    );
  });
});

describe("a DAG whose tasks end in any order", () => {
  test("runs each task once, after all that it needs, to the same end (R9, R18)", () => {
    fc.assert(
      fc.property(tasks, fc.infiniteStream(fc.nat()), (list, choices) => {
        let now = list.map((one) => ({ ...one, state: "PENDING" as TaskRunState }));
        const started: string[] = [];
        let state: RunState = "SCHEDULED";
        while (!isTerminal(state)) {
          const decision = advance(now, { state });
          if (!decision.ok) break;
          state = decision.state;
          now = now.map((one) =>
            decision.effects.some((effect) => effect.task === one.id)
              ? { ...one, state: "RUNNING" }
              : one,
          );
          started.push(...decision.effects.map((effect) => effect.task));
          const going = now.filter((one) => one.state === "RUNNING");
          const next = going[(choices.next().value ?? 0) % Math.max(1, going.length)];
          now = now.map((one) => (one.id === next?.id ? { ...one, state: "COMPLETED" } : one));
        }

        expect(state).toBe("COMPLETED");
        expect(started.toSorted()).toEqual(list.map((one) => one.id).toSorted());
        for (const { id, needs } of list)
          for (const need of needs) expect(started.indexOf(need)).toBeLessThan(started.indexOf(id));
      }),
    );
  });
});
