import { describe, expect, test } from "vitest";
import { explore, type Model, STUCK } from "./explore.ts";

const counting = (change: Partial<Model<number>> = {}): Model<number> => ({
  initial: 0,
  next: (n) => (n < 5 ? [["add", n + 1]] : []),
  wrong: () => undefined,
  isGoal: (n) => n === 5,
  ...change,
});

describe("explore", () => {
  test("visits every state once and counts the steps", () => {
    expect(explore(counting())).toEqual({ kind: "holds", states: 6, steps: 5 });
  });

  test("names the shortest way to a wrong state", () => {
    const model = counting({
      next: (n) => [
        ["add", n + 1],
        ["double", n * 2],
      ],
      wrong: (n) => (n === 8 ? "eight" : undefined),
    });

    expect(explore(model)).toEqual({
      kind: "broken",
      why: "eight",
      trace: ["add", "add", "double", "double"],
    });
  });

  test("names the step that is wrong", () => {
    const model = counting({
      wrongStep: (from, to) => (from === 2 && to === 3 ? "no" : undefined),
    });

    expect(explore(model)).toEqual({ kind: "broken", why: "no", trace: ["add", "add", "add"] });
  });

  test("finds the state from which the goal is out of reach", () => {
    const model = counting({
      next: (n) =>
        n === 2
          ? [
              ["add", 3],
              ["fall", -1],
            ]
          : n >= 0 && n < 5
            ? [["add", n + 1]]
            : [],
    });

    expect(explore(model)).toEqual({ kind: "broken", why: STUCK, trace: ["add", "add", "fall"] });
  });

  test("ends on a cycle, and refuses a model that is too large", () => {
    const endless = counting({ next: (n) => [["add", n + 1]] });

    expect(explore(counting({ next: (n) => [["turn", (n + 1) % 6]] }))).toMatchObject({
      states: 6,
    });
    expect(() => explore(endless, 1_000)).toThrow("more than 1000 states");
  });
});
