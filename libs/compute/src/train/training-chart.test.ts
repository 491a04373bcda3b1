import { describe, expect, test } from "vitest";
import { trainingChart } from "./training-chart.ts";

const classes = (epochs: number) =>
  Array.from({ length: epochs }, (_, index) => ({
    epoch: index + 1,
    loss: 2 / (index + 1),
    accuracy: 1 - 0.5 / (index + 1),
    validationLoss: 2.5 / (index + 1),
    validationAccuracy: 1 - 0.6 / (index + 1),
  }));

const linesOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = ""]) => points);

const textsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = ""]) => text);

describe("trainingChart", () => {
  test("draws a line for each loss, the first epoch left, none of it outside the axes", () => {
    const svg = trainingChart([
      { epoch: 1, loss: 2, validationLoss: 1 },
      { epoch: 2, loss: 1, validationLoss: 0.5 },
    ]);

    expect(linesOf(svg)).toEqual(["60.0,36.0 620.0,120.0", "60.0,120.0 620.0,162.0"]);
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(["loss 1.000", "validation loss 0.5000", "0", "2", "epoch", "2 of 2"]),
    );
  });

  test("draws shares of right answers under the losses, where there are such", () => {
    const svg = trainingChart(classes(4), 10);

    expect(linesOf(svg)).toHaveLength(4);
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(["accuracy 0.8750", "validation accuracy 0.8500", "4 of 10"]),
    );
    expect(svg).toContain('viewBox="0 0 640 480"');
    expect(trainingChart([{ epoch: 1, loss: 1 }])).toContain('viewBox="0 0 640 260"');
  });

  test("has colours for dark pages, and lines that differ without colours", () => {
    const svg = trainingChart(classes(2));

    expect(svg).toContain("@media (prefers-color-scheme:dark){.wt-paper{fill:");
    expect(svg.match(/<polyline[^>]*stroke-dasharray/g)).toHaveLength(2);
  });

  test("draws a point for one epoch, and leaves out what is no number", () => {
    expect(trainingChart([{ epoch: 1, loss: 0.5 }])).toContain('cx="60.0" cy="36.0"');
    for (const loss of [Number.NaN, Infinity, -Infinity, 1e308])
      expect(trainingChart([{ epoch: 1, loss }])).not.toMatch(/NaN|Infinity/);
  });

  test.each([0, 5e-324, 1e-300, 1e299])("draws losses of %d", (loss) => {
    const svg = trainingChart([
      { epoch: 1, loss },
      { epoch: 2, loss: loss / 2 },
    ]);

    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(linesOf(svg)).toHaveLength(1);
  });

  test("of a hundred thousand epochs is as small as of some hundred, and ends with the last", () => {
    const svg = trainingChart(classes(100_000));

    expect(svg.length).toBeLessThan(24_000);
    for (const line of linesOf(svg)) expect(line).toMatch(/ 620\.0,[\d.]+$/);
    expect(textsOf(svg)).toContain("100000 of 100000");
  });
});
