import { describe, expect, test } from "vitest";
import { trainingChart } from "./training-chart.ts";
import { epochText, lossCurve } from "./training-report.ts";

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

describe("trainingChart", () => {
  test("draws a line for each loss, the first epoch left and the largest loss on top", () => {
    const svg = trainingChart([
      { epoch: 1, loss: 2, validationLoss: 1 },
      { epoch: 2, loss: 1, validationLoss: 0.5 },
    ]);

    expect(svg.match(/<polyline points="([^"]*)"/g)).toEqual([
      '<polyline points="64.0,40.0 624.0,160.0"',
      '<polyline points="64.0,160.0 624.0,220.0"',
    ]);
    expect(svg).toContain(">validation loss</text>");
    expect(svg).toContain(">epoch 2</text>");
  });

  test("draws a point for one epoch, and leaves out what is no number", () => {
    expect(trainingChart([{ epoch: 1, loss: 0.5 }])).toContain('<circle cx="64.0" cy="40.0"');
    expect(trainingChart([{ epoch: 1, loss: Number.NaN }])).not.toContain("NaN");
  });
});
