import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { correlate, tTest } from "./significance.ts";

const series = (...values: readonly number[]): Float64Array => Float64Array.from(values);
const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });

/** Expected values are those of SciPy 1.17 (`scipy.stats.ttest_1samp`, `scipy.stats.pearsonr`). */
describe("tTest", () => {
  test("agrees with SciPy", async () => {
    const result = await tTest(series(5.1, 4.9, 6.2, 5.7, 5.5), 5);

    expect(result?.statistic).toBeCloseTo(2.096_889_735_986_489, 9);
    expect(result?.degreesOfFreedom).toBe(4);
    expect(result?.pValue).toBeCloseTo(0.104_017_924_403_824_1, 9);
  });

  test("keeps tiny p-values", async () => {
    const sample = Float64Array.from({ length: 1_000 }, (_, index) => index % 2);

    const result = await tTest(sample, 0);

    expect(result?.statistic).toBeCloseTo(31.606_961_258_558_215, 9);
    expect((result?.pValue ?? 0) / 1.540_451_444_761_91e-152).toBeCloseTo(1, 9);
  });

  test("is no test of fewer than two values, or of equal ones", async () => {
    expect(await tTest(series(), 0)).toBeNull();
    expect(await tTest(series(1), 0)).toBeNull();
    expect(await tTest(series(2, 2, 2), 0)).toBeNull();
  });

  test("finds a sample's own mean wholly plausible", async () => {
    expect(await tTest(series(1, 2, 3), 2)).toEqual({
      statistic: 0,
      degreesOfFreedom: 2,
      pValue: 1,
    });
  });
});

describe("correlate", () => {
  test("agrees with SciPy", async () => {
    const result = await correlate(series(1, 2, 3, 4, 5), series(1, 3, 2, 5, 4));

    expect(result?.r).toBeCloseTo(0.8, 12);
    expect(result?.pValue).toBeCloseTo(0.104_088_038_661_827_92, 12);
  });

  test("is certain of a straight line, either way", async () => {
    expect(await correlate(series(1, 2, 3), series(2, 4, 6))).toEqual({ r: 1, pValue: 0 });
    expect((await correlate(series(1, 2, 3), series(6, 4, 2)))?.r).toBe(-1);
  });

  test("does not exist for fewer than three pairs, or for a constant series", async () => {
    expect(await correlate(series(1, 2), series(3, 5))).toBeNull();
    expect(await correlate(series(1, 2, 3), series(4, 4, 4))).toBeNull();
  });

  test("is the same both ways, within −1 to 1, with a probability", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(finite, finite), { minLength: 3, maxLength: 20 }),
        async (pairs) => {
          const [a, b] = [series(...pairs.map(([x]) => x)), series(...pairs.map(([, y]) => y))];
          const [there, back] = [await correlate(a, b), await correlate(b, a)];

          expect(there === null).toBe(back === null);
          if (there === null || back === null) return;
          expect(Math.abs(there.r)).toBeLessThanOrEqual(1);
          expect(there.r).toBeCloseTo(back.r, 9);
          expect(there.pValue).toBeGreaterThanOrEqual(0);
          expect(there.pValue).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
