import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalisationOf, normalised } from "./normalise.ts";

describe("normalisationOf and normalised", () => {
  test("move and stretch each number of a sample by itself", () => {
    const samples = { values: Float64Array.of(1, 10, 3, 10), shape: [2, 2] };

    const normalisation = normalisationOf({ samples });

    expect(normalisation).toEqual({
      means: Float64Array.of(2, 10),
      deviations: Float64Array.of(1, 1),
    });
    expect(normalised({ samples, normalisation })).toEqual({
      values: Float32Array.of(-1, 0, 1, 0),
      shape: [2, 2],
    });
  });

  test("or all numbers alike", () => {
    const samples = { values: Uint8Array.of(0, 2, 4, 6), shape: [2, 2] };

    const { means, deviations } = normalisationOf({ samples, alike: true });

    expect([means, deviations]).toEqual([Float64Array.of(3), Float64Array.of(Math.sqrt(5))]);
  });

  test("other samples are moved by what was found in the first", () => {
    const normalisation = normalisationOf({
      samples: { values: Float32Array.of(0, 4), shape: [2, 1] },
    });

    const { values } = normalised({
      samples: { values: Float32Array.of(10), shape: [1, 1] },
      normalisation,
    });

    expect(values).toEqual(Float32Array.of(4));
  });

  test("leave means of 0 and deviations of 1, or of 0 where nothing varies", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1 }), (numbers) => {
        const samples = { values: Float64Array.from(numbers), shape: [numbers.length, 1] };

        const done = normalised({ samples, normalisation: normalisationOf({ samples }) });

        const after = normalisationOf({ samples: done });
        const isConstant = new Set(numbers).size === 1;
        expect(after.means[0]).toBeCloseTo(0, 4);
        expect(isConstant ? done.values.every((value) => Math.abs(value) < 1e-6) : true).toBe(true);
        if (!isConstant) expect(after.deviations[0]).toBeCloseTo(1, 4);
      }),
    );
  });
});
