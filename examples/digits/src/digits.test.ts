import { graphFrom } from "@weirflow/dataflow";
import type { ArtifactInput } from "weirflow";
import { describe, expect, test } from "vitest";
import * as evaluate from "./evaluate-digits.ts";
import * as prepare from "./prepare-digits.ts";
import * as train from "./train-digits.ts";

const graph = graphFrom([prepare, train, evaluate]);

describe("the nodes of all three tasks", () => {
  test("learn to read most digits from a few hundred images, and show which they misread", async () => {
    const artifacts = new Map<string, ArtifactInput>(); // the chart of the training comes more than once

    const { digitResults, trainingHistory } = await graph
      .plan(["digitResults", "trainingHistory", "qualityGate"])
      .run(
        { learningCount: 1_000, testCount: 300, epochs: 4, network: "dense", minAccuracy: 0.7 },
        { context: { artifact: (artifact) => artifacts.set(artifact.key, artifact) } },
      );

    const { accuracy, images, misread } = digitResults as evaluate.DigitResults; // the graph's type knows it no longer
    expect(accuracy).toBeGreaterThan(0.75);
    expect([images, Math.round((1 - accuracy) * 300)]).toEqual([300, misread]);
    expect(trainingHistory).toHaveLength(4);
    expect([...artifacts].map(([key, { kind }]) => [key, kind]).sort()).toEqual([
      ["confusion", "chart"],
      ["misread", "image"],
      ["scores", "table"],
      ["training", "chart"],
    ]);
  });

  test("fail the run when the model is not good enough, with everything saved", async () => {
    const keys = new Set<string>();
    const inputs = { learningCount: 200, testCount: 100, epochs: 1, minAccuracy: 0.999 };

    await expect(
      graph
        .plan(["qualityGate"])
        .run(inputs, { context: { artifact: ({ key }) => keys.add(key) } }),
    ).rejects.toMatchObject({ cause: { code: "digits/too-inaccurate" } });
    expect([...keys].sort()).toEqual(["confusion", "misread", "scores", "training"]);
  });
});

describe("split", () => {
  test("keeps images that are alike on one side", async () => {
    const image = (grey: number): number[] => Array<number>(784).fill(grey);
    const images = Uint8Array.from(Array.from({ length: 20 }, (_, row) => image(row % 5)).flat());
    const learningDigits = { images, labels: new Uint8Array(20) };

    const { trainRows, validationRows } = prepare.split({ learningDigits });

    const greys = (rows: Int32Array): Set<number> => new Set([...rows].map((row) => row % 5));
    expect(trainRows.length + validationRows.length).toBe(20);
    expect([...greys(trainRows)].filter((grey) => greys(validationRows).has(grey))).toEqual([]);
  });
});
