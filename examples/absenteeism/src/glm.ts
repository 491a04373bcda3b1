import type { Tensor, TensorFlow } from "@weirflow/compute";
import { Matrix, solve } from "ml-matrix";
import { NotConvergedError } from "./errors.ts";

/** Numbers in rows and columns, row by row. */
export interface DenseMatrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** How a generalised linear model ties its linear part `z` to the label; tensors are `[rows, 1]`. */
export interface Family {
  /** The expected label. */
  readonly mean: (tf: TensorFlow, z: Tensor) => Tensor;
  /** How fast the expected label grows with `z`. */
  readonly slope: (tf: TensorFlow, mean: Tensor) => Tensor;
  /** What each row adds to the loss. */
  readonly loss: (tf: TensorFlow, z: Tensor, label: Tensor) => Tensor;
  /** Where to start: the best `z` of a model without features. */
  readonly start: (meanLabel: number) => number;
  /** Whether the loss is the sum over the rows, or their mean. */
  readonly total: "sum" | "mean";
}

/** Labels 0 and 1; minimises ½‖w‖² + Σ log-loss. */
export const logistic: Family = {
  mean: (tf, z) => tf.sigmoid(z),
  slope: (tf, mean) => tf.mul(mean, tf.sub(1, mean)),
  loss: (tf, z, label) => tf.sub(tf.softplus(z), tf.mul(label, z)),
  start: (share) => Math.log(share / (1 - share)),
  total: "sum",
};

/** Counts; minimises half the mean deviance + ½‖w‖², with the logarithm as link. */
export const poisson: Family = {
  mean: (tf, z) => tf.exp(z),
  slope: (_, mean) => mean,
  loss: (tf, z, label) => tf.sub(tf.exp(z), tf.mul(label, z)),
  start: (mean) => Math.log(mean),
  total: "mean",
};

/** A fitted model: `z = Σ coefficients · features + intercept`. */
export interface Fit {
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** Steps taken. */
  readonly iterations: number;
}

/** What to fit, and with what. */
export interface FitOptions {
  readonly tf: TensorFlow;
  readonly family: Family;
  readonly x: DenseMatrix;
  readonly y: Float64Array;
  readonly signal: AbortSignal;
}

const mostSteps = 50;
const mostHalvings = 20;
/** Tensors have 32-bit floats: steps below this, relative to the weights, are rounding. */
const restingStep = 5e-6;
/** How much of the loss may be rounding. */
const lossRounding = 1e-6;

/**
 * Fits a generalised linear model with a penalty of ½‖w‖² by Newton's method; the intercept is not penalised.
 *
 * Sums over rows are computed with tensors, in 32 bits; the small linear system of each step in 64 bits.
 *
 * @throws {@link NotConvergedError} `absenteeism/not-converged`.
 */
export async function fitGlm(options: FitOptions): Promise<Fit> {
  const { signal, family, y } = options;
  using problem = openProblem(options);
  let point = await problem.at(startingWeights(options.x.columns, family.start(meanOf(y))));
  let step = Infinity;
  for (let iterations = 1; iterations <= mostSteps; iterations += 1) {
    signal.throwIfAborted();
    const next = await descend(problem, point);
    if (next === undefined) throw new NotConvergedError(iterations, step);
    step = largestChange(point.weights, next.weights);
    point = next;
    if (step <= restingStep) return fitAt(point, iterations);
  }
  throw new NotConvergedError(mostSteps, step);
}

/** The loss and its derivatives at some weights; the intercept is the last weight. */
interface Point {
  readonly weights: Float64Array;
  readonly loss: number;
  readonly gradient: Matrix;
  readonly hessian: Matrix;
}

interface Problem extends Disposable {
  at(weights: Float64Array): Promise<Point>;
}

function openProblem({ tf, family, x, y }: FitOptions): Problem {
  const [features, transposed, labels] = tf.tidy(() => {
    const plain = tf.tensor2d(Float32Array.from(x.values), [x.rows, x.columns]);
    const withOnes = tf.concat([plain, tf.ones([x.rows, 1])], 1);
    return [withOnes, tf.transpose(withOnes), tf.tensor2d(Float32Array.from(y), [x.rows, 1])];
  });
  const scale = family.total === "mean" ? 1 / x.rows : 1;
  const derivatives = (weights: Float64Array): [Tensor, Tensor, Tensor] =>
    tf.tidy(() => {
      const z = tf.matMul(features, tf.tensor2d(Float32Array.from(weights), [weights.length, 1]));
      const mean = family.mean(tf, z);
      return [
        tf.sum(family.loss(tf, z, labels)),
        tf.matMul(transposed, tf.sub(mean, labels)),
        tf.matMul(transposed, tf.mul(features, family.slope(tf, mean))),
      ];
    });
  return {
    async at(weights) {
      const tensors = derivatives(weights);
      const [[loss = Number.NaN], gradient, hessian] = await Promise.all([
        tensors[0].data(),
        tensors[1].data(),
        tensors[2].data(),
      ]);
      tf.dispose(tensors);
      return penalised(weights, { loss: scale * loss, gradient, hessian, scale });
    },
    [Symbol.dispose]: () => tf.dispose([features, transposed, labels]),
  };
}

function penalised(
  weights: Float64Array,
  sums: {
    readonly loss: number;
    readonly gradient: ArrayLike<number>;
    readonly hessian: ArrayLike<number>;
    readonly scale: number;
  },
): Point {
  const size = weights.length;
  const gradient = Matrix.from1DArray(size, 1, Array.from(sums.gradient)).mul(sums.scale);
  const hessian = Matrix.from1DArray(size, size, Array.from(sums.hessian)).mul(sums.scale);
  let loss = sums.loss;
  for (const [index, weight] of weights.subarray(0, -1).entries()) {
    loss += weight ** 2 / 2;
    gradient.set(index, 0, gradient.get(index, 0) + weight);
    hessian.set(index, index, hessian.get(index, index) + 1);
  }
  return { weights, loss, gradient, hessian };
}

/** One Newton step, halved until the loss does not grow; undefined when it always does, or is no number. */
async function descend(problem: Problem, from: Point): Promise<Point | undefined> {
  const direction = solve(from.hessian, from.gradient).to1DArray();
  let length = 1;
  for (let halvings = 0; halvings < mostHalvings; halvings += 1, length /= 2) {
    const weights = from.weights.map((weight, index) => weight - length * (direction[index] ?? 0));
    const point = await problem.at(weights);
    if (point.loss <= from.loss + lossRounding * Math.abs(from.loss)) return point;
  }
  return undefined;
}

function startingWeights(columns: number, intercept: number): Float64Array {
  const weights = new Float64Array(columns + 1);
  weights[columns] = Number.isFinite(intercept) ? intercept : 0;
  return weights;
}

function largestChange(before: Float64Array, after: Float64Array): number {
  let change = 0;
  for (const [index, weight] of after.entries())
    change = Math.max(
      change,
      Math.abs(weight - (before[index] ?? 0)) / Math.max(1, Math.abs(weight)),
    );
  return change;
}

function fitAt({ weights }: Point, iterations: number): Fit {
  return {
    coefficients: weights.slice(0, -1),
    intercept: weights.at(-1) ?? 0,
    iterations,
  };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The linear part of each row. */
export function linearPart({ coefficients, intercept }: Fit, x: DenseMatrix): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, row) => {
    let z = intercept;
    for (const [column, weight] of coefficients.entries())
      z += weight * (x.values[row * x.columns + column] ?? 0);
    return z;
  });
}
