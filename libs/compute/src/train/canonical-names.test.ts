import { describe, expect, test } from "vitest";
import { canonicalNames } from "./canonical-names.ts";

const layer = (className: string, name: string, more: object = {}): object => ({
  class_name: className,
  config: { name, activation: "relu", ...more },
});

describe("canonicalNames", () => {
  test("numbers layers without a name of their own from 1, by kind", () => {
    const topology = {
      class_name: "Sequential",
      config: {
        name: "sequential_12",
        layers: [
          layer("Dense", "dense_Dense41"),
          layer("Dropout", "dropout_Dropout7"),
          layer("Dense", "dense_Dense42"),
        ],
      },
    };

    expect(canonicalNames(topology)).toEqual({
      class_name: "Sequential",
      config: {
        name: "sequential_1",
        layers: [
          layer("Dense", "dense_Dense1"),
          layer("Dropout", "dropout_Dropout1"),
          layer("Dense", "dense_Dense2"),
        ],
      },
    });
  });

  test("renames where a layer is referred to, and leaves chosen names and numbers alone", () => {
    const topology = {
      class_name: "Model",
      config: {
        name: "mine",
        layers: [
          { ...layer("InputLayer", "input3"), inbound_nodes: [] },
          { ...layer("Dense", "dense_Dense9", { units: 9 }), inbound_nodes: [[["input3", 0, 0]]] },
        ],
        output_layers: [["dense_Dense9", 0, 0]],
      },
    };

    expect(canonicalNames(topology)).toEqual({
      class_name: "Model",
      config: {
        name: "mine",
        layers: [
          { ...layer("InputLayer", "input1"), inbound_nodes: [] },
          { ...layer("Dense", "dense_Dense1", { units: 9 }), inbound_nodes: [[["input1", 0, 0]]] },
        ],
        output_layers: [["dense_Dense1", 0, 0]],
      },
    });
  });
});
