import { describe, expect, test } from "vitest";
import { hashOfWeights, type Model } from "./model.ts";
import { modelCodec } from "./model-codec.ts";
import { packArrays } from "./packed-arrays.ts";

const weights = [
  { name: "0/kernel", shape: [2, 1], values: Float32Array.of(0.5, -0) },
  { name: "1/bias", shape: [1], values: Float32Array.of(3) },
];
const model: Model = {
  kind: "weirflow.model",
  topology: { class_name: "Sequential", config: { layers: [] } },
  weights,
  weightsHash: hashOfWeights(weights),
  training: { loss: "crossentropy", epochs: 3 },
};

describe("modelCodec", () => {
  test("writes a model as bytes and reads the same model", () => {
    expect(modelCodec.decode(modelCodec.encode(model))).toEqual(model);
  });

  test("knows models from everything else", () => {
    expect(modelCodec.matches(model)).toBe(true);
    for (const other of [
      null,
      undefined,
      1,
      {},
      [],
      { ...model, kind: "model" },
      { kind: model.kind },
    ])
      expect(modelCodec.matches(other)).toBe(false);
  });

  test("tells models apart by topology, weights and training, without reading the weights", () => {
    const identity = JSON.stringify(modelCodec.identity(model));

    expect(identity).toContain(model.weightsHash);
    expect(identity).not.toContain("kernel");
    for (const other of [
      { ...model, topology: {} },
      { ...model, weightsHash: "0".repeat(64) },
      { ...model, training: {} },
    ])
      expect(JSON.stringify(modelCodec.identity(other))).not.toBe(identity);
  });

  test("refuses weights that are not the ones that were written, and bytes that are no model", () => {
    const bytes = modelCodec.encode(model);
    bytes.set([1], bytes.byteLength - 8);

    expect(() => modelCodec.decode(bytes)).toThrow(
      "cannot read the model: its weights are not the ones that were written",
    );
    expect(() => modelCodec.decode(packArrays({ about: null, arrays: [] }))).toThrow(
      "it is no model",
    );
  });

  test("shows people how large it is", () => {
    expect(modelCodec.summarize(model)).toEqual({
      type: "model",
      preview: "2 weights, 3 parameters",
    });
  });
});

describe("hashOfWeights", () => {
  test("depends on every name, shape and number", () => {
    const [kernel, bias] = weights;
    if (kernel === undefined || bias === undefined) throw new Error("two weights");
    const others = [
      [kernel],
      [bias, kernel],
      [{ ...kernel, name: "k" }, bias],
      [{ ...kernel, shape: [1, 2] }, bias],
      [{ ...kernel, values: Float32Array.of(0.5, 0) }, bias],
    ];

    const hashes = [weights, ...others].map(hashOfWeights);

    expect(new Set(hashes).size).toBe(6);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});
