import fc from "fast-check";
import { expect, test } from "vitest";
import { bothBackends } from "../fixtures/both-backends.ts";
import type { Tensor, TensorFlow } from "../tensor-backend.ts";

const both = bothBackends();
type Image = Parameters<TensorFlow["maxPool"]>[0];
type Volume = Parameters<TensorFlow["maxPool3d"]>[0];

const side = fc.integer({ min: 1, max: 3 });
const pools = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  height: fc.integer({ min: 3, max: 8 }),
  width: fc.integer({ min: 3, max: 8 }),
  channels: fc.integer({ min: 1, max: 3 }),
  filter: fc.tuple(side, side),
  strides: fc.tuple(side, side),
  pad: fc.constantFrom("same" as const, "valid" as const),
  shift: fc.constantFrom(-10, 0, 10),
  seed: fc.integer({ min: 1, max: 1_000 }),
});

test("the gradient of a pool of maxima is that of the plain back end, below zero too", async () => {
  await fc.assert(
    fc.asyncProperty(pools, async (drawn) => {
      const { batch, height, width, channels, filter, strides, pad, shift, seed } = drawn;
      await both.expectSame(() => {
        const { tf } = both;
        const x = tf.add(both.numbers([batch, height, width, channels], seed), shift);
        const pooled = (image: Tensor): Tensor => tf.maxPool(image as Image, filter, strides, pad);
        return tf.grad((image: Tensor) => tf.mul(pooled(image), tf.square(pooled(image))))(x);
      });
    }),
  );
});

test("of equal maxima, the first one gets the gradient", async () => {
  await both.expectSame(() => {
    const { tf } = both;
    return tf.grad((image: Tensor) => tf.maxPool(image as Image, 2, 1, "same"))(
      tf.neg(tf.ones([1, 3, 3, 1])),
    );
  });
  expect.hasAssertions();
});

test.each(["same", "valid"] as const)(
  "pools of maxima in three dimensions (%s) are those of the plain back end, below zero too",
  async (pad) => {
    const image = (): Tensor => both.tf.sub(both.numbers([1, 3, 4, 3, 2], 3), 5);
    const pooled = (of: Tensor): Tensor => both.tf.maxPool3d(of as Volume, 2, 1, pad);

    await both.expectSame(() => pooled(image()));
    await both.expectSame(() => both.tf.grad((of: Tensor) => both.tf.square(pooled(of)))(image()));
    expect.hasAssertions();
  },
);
