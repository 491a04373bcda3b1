import { describe, expect, test } from "vitest";
import { packState, type TrainingState, unpackState } from "./training-state.ts";

const weights = [{ name: "0/kernel", shape: [1], values: Float32Array.of(1.5) }];
const state: TrainingState = {
  epoch: 3,
  batch: 2,
  sums: { loss: 4, right: 5, samples: 6 },
  history: [
    { epoch: 1, loss: 2 },
    { epoch: 2, loss: 1 },
  ],
  weights,
  optimizer: [{ name: "iter", shape: [], values: Float32Array.of(7) }],
};

describe("packState and unpackState", () => {
  test("keep where a training is, with and without a best epoch", () => {
    const best = {
      epoch: 2,
      value: 1,
      weights: [{ name: "0/kernel", shape: [1], values: Float32Array.of(9) }],
    };

    expect(unpackState(packState(state, "f"), "f")).toEqual(state);
    expect(unpackState(packState({ ...state, best }, "f"), "f")).toEqual({ ...state, best });
  });

  test("know the state of another training", () => {
    expect(unpackState(packState(state, "f"), "g")).toBeUndefined();
  });
});
