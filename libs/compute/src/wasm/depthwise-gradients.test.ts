import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bothBackends } from "../fixtures/both-backends.ts";
import type { Tensor, TensorFlow } from "../tensor-backend.ts";

const both = bothBackends();

type Tensor4 = Parameters<TensorFlow["depthwiseConv2d"]>[0] &
  Parameters<TensorFlow["depthwiseConv2d"]>[1];
type Padding = Parameters<TensorFlow["depthwiseConv2d"]>[3];

interface Convolution {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly multiplier: number;
  readonly filter: readonly [number, number];
  readonly stride: number;
  readonly pad: Padding;
  readonly seed: number;
}

const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const edge = fc.tuple(fc.nat(3), fc.nat(3));
const explicit = fc
  .tuple(edge, edge)
  .map(([rows, columns]): Padding => [[0, 0], rows, columns, [0, 0]]);

const convolutions: fc.Arbitrary<Convolution> = fc
  .record({
    batch: size(3),
    height: fc.integer({ min: 4, max: 10 }),
    width: fc.integer({ min: 4, max: 10 }),
    channels: size(5),
    multiplier: size(3),
    filter: fc.tuple(size(4), size(4)),
    stride: size(4),
    pad: fc.oneof(fc.constantFrom<Padding>("same", "valid"), fc.nat(4), explicit),
    seed: fc.integer({ min: 1, max: 1_000 }),
  })
  // TensorFlow.js computes sizes for square filters alone when the padding is a number
  .map((drawn) =>
    typeof drawn.pad === "number"
      ? { ...drawn, filter: [drawn.filter[0], drawn.filter[0]] as const }
      : drawn,
  );

/** The gradient by the image (0) or by the filter (1), of a loss that weighs every value of the result differently. */
function gradientBy(which: 0 | 1, of: Convolution): () => Tensor {
  const { batch, height, width, channels, multiplier, filter, stride, pad, seed } = of;
  return () => {
    const { tf } = both;
    const x = both.numbers([batch, height, width, channels], seed);
    const w = both.numbers([...filter, channels, multiplier], seed + 1);
    const gradient = tf.grads((image: Tensor, taps: Tensor) => {
      const made: Tensor = tf.depthwiseConv2d(
        image as Tensor4,
        taps as Tensor4,
        stride,
        pad,
        "NHWC",
        1,
        typeof pad === "string" ? undefined : "floor",
      );
      return tf.mul(made, both.numbers(made.shape, seed + 2));
    });
    return gradient([x, w])[which] ?? x;
  };
}

describe("the gradient of a convolution by depth", () => {
  test("by its filter is that of the plain back end", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (drawn) => {
        await both.expectSame(gradientBy(1, drawn));
      }),
    );
  });

  test("by its image is that of the plain back end", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (drawn) => {
        await both.expectSame(gradientBy(0, drawn));
      }),
    );
  });

  test("is exact for numbers that can be told by hand", async () => {
    const { tf } = both;
    const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    const by = async (which: 0 | 1): Promise<number[]> => [
      ...(await both.on("wasm", () => {
        const x = tf.tensor4d(image, [1, 3, 3, 1]);
        const w = tf.tensor4d([1, 10, 100, 1_000], [2, 2, 1, 1]);
        const gradient = tf.grads((of: Tensor, taps: Tensor) =>
          tf.depthwiseConv2d(of as Tensor4, taps as Tensor4, 1, "valid"),
        );
        return gradient([x, w])[which] ?? x;
      })),
    ];

    expect(await by(1)).toEqual([12, 16, 24, 28]);
    expect(await by(0)).toEqual([1, 11, 10, 101, 1_111, 1_010, 100, 1_100, 1_000]);
  });

  test("holds for large images, whose sums are long", async () => {
    const large: Convolution = {
      batch: 4,
      height: 64,
      width: 48,
      channels: 3,
      multiplier: 2,
      filter: [3, 5],
      stride: 2,
      pad: "same",
      seed: 7,
    };

    await both.expectSame(gradientBy(1, large));
    await both.expectSame(gradientBy(0, large));
  });

  test("is zero of an empty batch", async () => {
    const { tf } = both;
    const attrs = {
      strides: [1, 1],
      pad: "same",
      dilations: [1, 1],
      filterShape: [2, 2, 1, 1],
      inputShape: [0, 3, 3, 1],
    };

    const byFilter = await both.on("wasm", () => {
      const none = tf.zeros([0, 3, 3, 1]);
      return tf
        .engine()
        .runKernel("DepthwiseConv2dNativeBackpropFilter", { x: none, dy: none }, attrs);
    });
    const byImage = await both.on("wasm", () => {
      const inputs = { dy: tf.zeros([0, 3, 3, 1]), filter: tf.ones([2, 2, 1, 1]) };
      return tf.engine().runKernel("DepthwiseConv2dNativeBackpropInput", inputs, attrs);
    });

    expect([...byFilter]).toEqual([0, 0, 0, 0]);
    expect([...byImage]).toEqual([]);
  });

  test.each(["cpu", "wasm"] as const)("is refused of dilated filters on %s", async (name) => {
    const { tf } = both;
    const gradient = tf.grad((x: Tensor) =>
      tf.depthwiseConv2d(x as Tensor4, tf.ones([2, 2, 1, 1]), 1, "same", "NHWC", 2),
    );

    await expect(both.on(name, () => gradient(both.numbers([1, 5, 5, 1], 1)))).rejects.toThrow(
      "dilation rates greater than 1 are not yet supported",
    );
  });
});
