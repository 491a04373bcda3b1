import type { Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import { openTensorBackend } from "../open-tensor-backend.ts";
import type { Tensor, TensorFlow } from "../tensor-backend.ts";
import { seededRandom } from "../train/seeded-random.ts";
import { type BackendUnderTest, type Check, REFERENCE, TOLERANCE } from "./check.ts";
import { difference } from "./difference.ts";

type Compute = (tf: TensorFlow) => readonly Tensor[];

/** Each operation with its gradients, over sizes, strides and paddings. */
export function operationChecks(): readonly Check[] {
  return [...convolutions(), ...depthwise(), ...products(), ...pools(), ...others()].map(
    ([name, compute]) => ({
      group: "operation",
      name,
      run: async (backend) => ({
        measured: difference(
          await numbersOf(backend, compute),
          await numbersOf(REFERENCE, compute),
        ),
        limit: TOLERANCE,
        unit: "",
      }),
    }),
  );
}

async function numbersOf(
  options: BackendUnderTest,
  compute: Compute,
): Promise<readonly Float32Array[]> {
  await using backend = await openTensorBackend(options);
  const { tf } = backend;
  const tensors = tf.tidy(() => [...compute(tf)]);
  try {
    return await Promise.all(tensors.map(async (one) => Float32Array.from(await one.data())));
  } finally {
    tf.dispose(tensors);
  }
}

/** The same numbers for the same shape, from −1 to 1, wherever they are drawn. */
function sample(tf: TensorFlow, shape: readonly number[]): Tensor {
  const random = seededRandom(7, ...shape);
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => 2 * random() - 1),
    [...shape],
  );
}

/** A result with the gradient of the sum of its squares by each input. */
function withGradients(
  tf: TensorFlow,
  inputs: readonly Tensor[],
  f: (...inputs: Tensor[]) => Tensor,
): readonly Tensor[] {
  const squares = (...given: Tensor[]): Tensor => tf.sum(tf.square(f(...given)));
  return [f(...inputs), ...tf.grads(squares)([...inputs])];
}

type Named = readonly [name: string, compute: Compute];

function convolutions(): readonly Named[] {
  const pads = ["same", "valid", 1] as const;
  return [1, 2].flatMap((stride) =>
    pads.flatMap((pad) =>
      [1, 3].map((side): Named => {
        const compute: Compute = (tf) =>
          withGradients(
            tf,
            [sample(tf, [2, 7, 7, 3]), sample(tf, [side, side, 3, 4])],
            (x, filter) => tf.conv2d(x as Tensor4D, filter as Tensor4D, stride, pad),
          );
        return [`conv2d ${side}×${side}, stride ${stride}, padding ${pad}`, compute];
      }),
    ),
  );
}

function depthwise(): readonly Named[] {
  return [1, 2].flatMap((stride) =>
    (["same", "valid"] as const).flatMap((pad) =>
      [1, 2].map((multiplier): Named => {
        const compute: Compute = (tf) =>
          withGradients(
            tf,
            [sample(tf, [2, 6, 6, 3]), sample(tf, [3, 3, 3, multiplier])],
            (x, filter) => tf.depthwiseConv2d(x as Tensor4D, filter as Tensor4D, stride, pad),
          );
        return [`depthwiseConv2d ×${multiplier}, stride ${stride}, padding ${pad}`, compute];
      }),
    ),
  );
}

function products(): readonly Named[] {
  const sizes = [
    [1, 1, 1],
    [5, 3, 7],
    [16, 70, 40],
  ] as const;
  return sizes.flatMap(([rows, inner, columns]) =>
    [false, true].flatMap((left) =>
      [false, true].map((right): Named => {
        const compute: Compute = (tf) =>
          withGradients(
            tf,
            [
              sample(tf, left ? [inner, rows] : [rows, inner]),
              sample(tf, right ? [columns, inner] : [inner, columns]),
            ],
            (a, b) => tf.matMul(a, b, left, right),
          );
        const turned = `${left ? "ᵀ" : ""}×${right ? "ᵀ" : ""}`;
        return [`matMul ${rows}×${inner}×${columns} ${turned}`, compute];
      }),
    ),
  );
}

function pools(): readonly Named[] {
  return [2, 3].flatMap((size): readonly Named[] => [
    [
      `maxPool ${size}`,
      (tf) =>
        withGradients(tf, [sample(tf, [2, 6, 6, 2])], (x) =>
          tf.maxPool(x as Tensor4D, size, 2, "same"),
        ),
    ],
    [
      `avgPool ${size}`,
      (tf) =>
        withGradients(tf, [sample(tf, [2, 6, 6, 2])], (x) =>
          tf.avgPool(x as Tensor4D, size, 1, "valid"),
        ),
    ],
  ]);
}

function others(): readonly Named[] {
  const elementwise = ["relu", "sigmoid", "tanh", "softmax", "elu", "exp", "square"] as const;
  return [
    ...elementwise.map((name): Named => [
      name,
      (tf) => withGradients(tf, [sample(tf, [6, 9])], (x) => tf[name](x)),
    ]),
    ...(["sum", "mean", "max"] as const).map((name): Named => [
      `${name} along an axis`,
      (tf) => withGradients(tf, [sample(tf, [4, 5, 6])], (x) => tf[name](x, 1)),
    ]),
    [
      "broadcast sum and product",
      (tf) =>
        withGradients(tf, [sample(tf, [4, 5]), sample(tf, [5])], (a, b) => tf.mul(tf.add(a, b), b)),
    ],
    [
      "gather",
      (tf) =>
        withGradients(tf, [sample(tf, [6, 3])], (x) =>
          tf.gather(x, tf.tensor1d([5, 0, 0], "int32")),
        ),
    ],
    [
      "concat, slice, transpose",
      (tf) =>
        withGradients(tf, [sample(tf, [2, 3, 4]), sample(tf, [2, 3, 4])], (a, b) =>
          tf.transpose(
            tf.slice(tf.concat([a as Tensor3D, b as Tensor3D], 2), [0, 1, 2], [2, 2, 4]),
          ),
        ),
    ],
  ];
}
