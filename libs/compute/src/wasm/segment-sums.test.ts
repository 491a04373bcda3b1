import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bothBackends } from "../fixtures/both-backends.ts";
import type { Tensor } from "../tensor-backend.ts";

const both = bothBackends();

const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

describe("sums of segments", () => {
  test("are those of the plain back end, whatever the rows are and wherever they go", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1, max: 7 }), { minLength: 1, maxLength: 20 }),
        fc.array(size(4), { maxLength: 3 }),
        size(6),
        size(1_000),
        async (segments, inner, count, seed) => {
          await both.expectSame(() =>
            both.tf.unsortedSegmentSum(
              both.numbers([segments.length, ...inner], seed),
              both.tf.tensor1d(segments, "int32"),
              count,
            ),
          );
        },
      ),
    );
  });

  test("leave out rows of no segment", async () => {
    const sums = await both.on("wasm", () =>
      both.tf.unsortedSegmentSum(
        both.tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]),
        both.tf.tensor1d([2, -1, 2, 3], "int32"),
        3,
      ),
    );

    expect([...sums]).toEqual([0, 0, 0, 0, 6, 8]);
  });

  test("make the gradient of a look-up that of the plain back end", async () => {
    await fc.assert(
      fc.asyncProperty(
        size(9),
        size(5),
        fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(0, 1),
        async (words, width, drawn, axis) => {
          const places = drawn.map((place) => place % (axis === 0 ? words : width));
          const gradient = (): Tensor => {
            const { tf } = both;
            return tf.grad((table: Tensor) => {
              const found = tf.gather(table, tf.tensor1d(places, "int32"), axis);
              return tf.mul(found, both.numbers(found.shape, 3));
            })(both.numbers([words, width], 2));
          };

          await both.expectSame(gradient);
        },
      ),
    );
  });
});
