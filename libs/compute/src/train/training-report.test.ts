import { describe, expect, test } from "vitest";
import { epochText, lossCurve, thinned } from "./training-report.ts";

const falling = (epochs: number): { epoch: number; loss: number }[] =>
  Array.from({ length: epochs }, (_, index) => ({ epoch: index + 1, loss: 1 / (index + 1) }));

describe("epochText", () => {
  test("says what is known", () => {
    expect(epochText({ epoch: 3, loss: 0.12 })).toBe("loss 0.1200");
    expect(
      epochText({
        epoch: 3,
        loss: 0.12,
        accuracy: 1,
        validationLoss: 0.2,
        validationAccuracy: 0.9,
      }),
    ).toBe("loss 0.1200, accuracy 1.0000, validation loss 0.2000, validation accuracy 0.9000");
  });
});

describe("lossCurve", () => {
  test("lists every epoch while they are few", () => {
    expect(lossCurve(falling(3))).toBe("1.000 0.5000 0.3333");
    expect(lossCurve([])).toBe("");
  });

  test.each([60, 61, 1_000, 100_000])(
    "of %i epochs, fits in a fact and ends with the last",
    (epochs) => {
      const curve = lossCurve(falling(epochs));

      expect(curve.length).toBeLessThan(1_000);
      expect(curve.split(" ").at(-1)).toBe((1 / epochs).toPrecision(4));
    },
  );
});

describe("thinned", () => {
  test("keeps all of few, and the first and the last of many", () => {
    expect(thinned(falling(4), 4)).toEqual(falling(4));
    expect(thinned(falling(10), 4).map(({ epoch }) => epoch)).toEqual([1, 4, 7, 10]);
    expect(thinned(falling(11), 4).map(({ epoch }) => epoch)).toEqual([1, 4, 7, 10, 11]);
  });
});
