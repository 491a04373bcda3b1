import { graph, type NodeContext, type NodeFacts } from "@weirflow/dataflow";
import { describe, expect, test } from "vitest";
import { CLASSIFIER, onnxModel } from "../test/onnx-model.ts";
import type { DenseArray } from "./dense-array.ts";
import { openOnnxModel } from "./open-onnx-model.ts";

const nodes = {
  samples: ({ rows }: { rows: readonly (readonly number[])[] }): DenseArray => ({
    values: Float32Array.from(rows.flat()),
    shape: [rows.length, rows[0]?.length ?? 0],
  }),
  predictions: async (
    { modelBytes, samples }: { modelBytes: Uint8Array; samples: DenseArray },
    { record, signal }: NodeContext,
  ): Promise<DenseArray | undefined> => {
    await using model = await openOnnxModel({ bytes: modelBytes, signal });
    const { probabilities } = await model.run({ x: samples }, { signal });
    record({ provider: model.provider });
    return probabilities;
  },
  classes: ({ predictions }: { predictions: DenseArray | undefined }): number[] => {
    const { values, shape } = predictions ?? { values: new Float32Array(), shape: [0] };
    return Array.from({ length: shape[0] ?? 0 }, (_, row) =>
      (values[row * 2] ?? 0) > (values[row * 2 + 1] ?? 0) ? 0 : 1,
    );
  },
};

describe("a node that runs a model", () => {
  test("classifies what other nodes made, and tells what computed", async () => {
    const told: NodeFacts[] = [];
    const rows = [
      [0, 0, 0],
      [1, 2, 3],
      [3, 1, -2],
    ];

    const { classes } = await graph(nodes)
      .plan("classes")
      .run(
        { rows, modelBytes: onnxModel(CLASSIFIER) },
        { context: { record: (facts) => void told.push(facts) } },
      );

    expect(classes).toEqual([0, 1, 0]);
    expect(told).toEqual([{ provider: "cpu" }]);
  });

  test("fails by the model's error, which says what it takes", async () => {
    const run = graph(nodes)
      .plan("classes")
      .run({ rows: [[1, 2]], modelBytes: onnxModel(CLASSIFIER) });

    await expect(run).rejects.toMatchObject({
      cause: { code: "onnx/invalid-input", hint: "the model takes x: float32 [rows, 3]" },
    });
  });
});
