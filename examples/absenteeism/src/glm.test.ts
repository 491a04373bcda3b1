import { openTensorBackend, type TensorBackend } from "@weirflow/compute";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NotConvergedError } from "./errors.ts";
import {
  type DenseMatrix,
  type Family,
  type Fit,
  fitGlm,
  linearPart,
  logistic,
  poisson,
} from "./glm.ts";
import { renameColumns } from "./absence-table.ts";
import { sampleTable } from "./sample-table.ts";

const { signal } = new AbortController();
const table = renameColumns(sampleTable(11));
const columns = [
  table.age.map((age) => (age - 40) / 8),
  table.son.map((count) => (count > 0 ? 1 : 0)),
  table.pet.map((count) => (count > 0 ? 1 : 0)),
  table.serviceTime,
];
const x: DenseMatrix = {
  rows: table.age.length,
  columns: columns.length,
  values: Float64Array.from(
    { length: table.age.length * columns.length },
    (_, index) => columns[index % columns.length]?.[Math.floor(index / columns.length)] ?? 0,
  ),
};
const hours = table.absenteeismTimeInHours;
const isLong = hours.map((value) => (value >= 4 ? 1 : 0));

/** The gradient of the penalised loss at a fit, in 64 bits, written out for the two families. */
function gradientAt(
  fit: Fit,
  y: Float64Array,
  mean: (z: number) => number,
  scale: number,
): number[] {
  const residuals = linearPart(fit, x).map((z, row) => scale * (mean(z) - (y[row] ?? 0)));
  const sums = columns.map((column, index) =>
    column.reduce(
      (sum, value, row) => sum + value * (residuals[row] ?? 0),
      fit.coefficients[index] ?? 0,
    ),
  );
  return [...sums, residuals.reduce((sum, value) => sum + value, 0)];
}

describe.each(["wasm", "cpu"])("fitGlm on %s", (prefer) => {
  let backend: TensorBackend;
  beforeAll(async () => {
    backend = await openTensorBackend({ prefer });
  });
  afterAll(async () => {
    await backend[Symbol.asyncDispose]();
  });
  const fit = async (family: Family, y: Float64Array): Promise<Fit> =>
    await fitGlm({ tf: backend.tf, family, x, y, signal });

  test("finds the minimum of the penalised log-loss", async () => {
    const found = await fit(logistic, isLong);

    const gradient = gradientAt(found, isLong, (z) => 1 / (1 + Math.exp(-z)), 1);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(0.01);
    expect(found.coefficients[1]).toBeGreaterThan(0.5);
    expect(found.coefficients[2]).toBeLessThan(-0.2);
  });

  test("finds the minimum of the penalised Poisson deviance", async () => {
    const found = await fit(poisson, hours);

    const gradient = gradientAt(found, hours, Math.exp, 1 / x.rows);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-3);
  });

  test("leaves no tensor behind", async () => {
    const before = backend.tf.memory().numTensors;

    await fit(poisson, hours);

    expect(backend.tf.memory().numTensors).toBe(before);
  });

  test("does not penalise the intercept: without features it is the labels' own mean", async () => {
    const constant = { values: new Float64Array(4), rows: 4, columns: 1 };
    const y = Float64Array.of(0, 1, 1, 1);

    const found = await fitGlm({ tf: backend.tf, family: logistic, x: constant, y, signal });

    expect(found.coefficients[0]).toBeCloseTo(0);
    expect(found.intercept).toBeCloseTo(Math.log(3), 4);
  });

  test("stops when it is cancelled", async () => {
    const fitting = fitGlm({
      tf: backend.tf,
      family: poisson,
      x,
      y: hours,
      signal: AbortSignal.abort(new Error("enough")),
    });

    await expect(fitting).rejects.toThrow("enough");
  });

  test("says so when labels leave nothing to converge to", async () => {
    const fitting = fit(
      poisson,
      hours.map(() => Number.NaN),
    );

    await expect(fitting).rejects.toThrow(NotConvergedError);
  });
});

describe("linearPart", () => {
  test("adds the weighted features and the intercept", () => {
    const fit = { coefficients: Float64Array.of(2, -1), intercept: 0.5, iterations: 1 };
    const features = { values: Float64Array.of(1, 2, 3, 4), rows: 2, columns: 2 };

    expect([...linearPart(fit, features)]).toEqual([0.5, 2.5]);
  });
});
