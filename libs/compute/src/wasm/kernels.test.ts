import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ComplexNumberError } from "../errors.ts";
import { bothBackends } from "../fixtures/both-backends.ts";
import { openTensorBackend } from "../open-tensor-backend.ts";
import type { Tensor, TensorFlow } from "../tensor-backend.ts";

const both = bothBackends();

type Tensor4 = Parameters<TensorFlow["conv2d"]>[0] & Parameters<TensorFlow["conv2d"]>[1];

const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const padding = fc.oneof(
  fc.constantFrom("same" as const, "valid" as const),
  fc.integer({ min: 0, max: 2 }),
);
const convolutions = fc
  .record({
    batch: size(3),
    height: fc.integer({ min: 3, max: 9 }),
    width: fc.integer({ min: 3, max: 9 }),
    inChannels: size(10),
    outChannels: size(5),
    filter: fc.tuple(size(3), size(3)),
    strides: fc.tuple(size(3), size(3)),
    pad: padding,
    seed: fc.integer({ min: 1, max: 1_000 }),
  })
  .map((drawn) => {
    if (typeof drawn.pad !== "number") return { ...drawn, rounding: undefined };
    // TensorFlow.js computes sizes for square filters and equal strides alone when the padding is a number
    const [side, stride] = [drawn.filter[0], drawn.strides[0]];
    const square = { filter: [side, side] as const, strides: [stride, stride] as [number, number] };
    return { ...drawn, ...square, rounding: "floor" as const };
  });

describe("the gradient of a convolution", () => {
  test("by its filter, and by its image, is that of the plain back end", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (drawn) => {
        const {
          batch,
          height,
          width,
          inChannels,
          outChannels,
          filter,
          strides,
          pad,
          rounding,
          seed,
        } = drawn;
        const by = (which: 0 | 1) => (): Tensor => {
          const x = both.numbers([batch, height, width, inChannels], seed);
          const w = both.numbers([...filter, inChannels, outChannels], seed + 1);
          const gradient = both.tf.grads((image: Tensor, taps: Tensor) => {
            const made: Tensor = both.tf.conv2d(
              image as Tensor4,
              taps as Tensor4,
              strides,
              pad,
              "NHWC",
              1,
              rounding,
            );
            return both.tf.mul(made, both.numbers(made.shape, seed + 2));
          });
          return gradient([x, w])[which] ?? x;
        };

        await both.expectSame(by(1));
        await both.expectSame(by(0));
      }),
    );
  });
});

describe("products of matrices", () => {
  const turns = [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ] as const;

  test("transposed, one or many, are those of the plain back end, as often as they are made", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          batch: fc.constantFrom<readonly number[]>([], [1], [1, 1], [3], [2, 2]),
          rows: size(20),
          inner: size(20),
          columns: size(20),
          turnsA: fc.boolean(),
          turnsB: fc.boolean(),
          times: size(3),
          seed: fc.integer({ min: 1, max: 1_000 }),
        }),
        async ({ batch, rows, inner, columns, turnsA, turnsB, times, seed }) => {
          await both.expectSame(() => {
            const { tf } = both;
            const a = both.numbers([...batch, ...(turnsA ? [inner, rows] : [rows, inner])], seed);
            const b = both.numbers(
              [...batch, ...(turnsB ? [columns, inner] : [inner, columns])],
              seed + 1,
            );
            return tf.concat(Array.from({ length: times }, () => tf.matMul(a, b, turnsA, turnsB)));
          });
        },
      ),
    );
  });

  test.each([
    { rows: 4, inner: 512, columns: 24 },
    { rows: 24, inner: 16, columns: 512 },
    { rows: 1_024, inner: 33, columns: 3 },
    { rows: 1, inner: 1_024, columns: 512 },
  ])("of large sizes are too: $rows × $inner × $columns", async ({ rows, inner, columns }) => {
    for (const [turnsA, turnsB] of turns)
      await both.expectSame(() => {
        const a = both.numbers(turnsA ? [inner, rows] : [rows, inner], 1);
        const b = both.numbers(turnsB ? [columns, inner] : [inner, columns], 2);
        return both.tf.matMul(a, b, turnsA, turnsB);
      });
    expect.hasAssertions();
  });

  test.each([
    { listA: [3], listB: [3] },
    { listA: [2, 2], listB: [2, 2] },
    { listA: [3], listB: [1] },
    { listA: [], listB: [3] },
    { listA: [2, 1], listB: [1, 2] },
  ])("of many large pairs are too: $listA and $listB", async ({ listA, listB }) => {
    for (const [turnsA, turnsB] of turns)
      await both.expectSame(() => {
        const a = both.numbers([...listA, ...(turnsA ? [33, 31] : [31, 33])], 1);
        const b = both.numbers([...listB, ...(turnsB ? [29, 33] : [33, 29])], 2);
        return both.tf.matMul(a, b, turnsA, turnsB);
      });
    expect.hasAssertions();
  });

  test("of matrices of different ranks have the rank of the higher", async () => {
    const { tf } = both;
    await tf.setBackend("wasm");

    const shapes = tf.tidy(() => [
      tf.matMul(tf.ones([1, 1, 2, 3]), tf.ones([3, 400])).shape,
      tf.matMul(tf.ones([2, 3]), tf.ones([1, 400, 3]), false, true).shape,
    ]);

    expect(shapes).toEqual([
      [1, 1, 2, 400],
      [1, 2, 400],
    ]);
  });
});

describe("kernels of the plain back end", () => {
  test("are all there", () => {
    const { tf } = both;
    const names = (of: string): readonly string[] =>
      tf.getKernelsForBackend(of).map(({ kernelName }) => kernelName);

    expect(names("wasm")).toEqual(expect.arrayContaining([...names("cpu")]));
  });

  test("stand in for those that are missing, of lists and of strings too", async () => {
    const { tf } = both;
    await both.expectSame(() =>
      tf.einsum("ijk,kj->i", both.numbers([2, 3, 4], 1), both.numbers([4, 3], 2)),
    );
    await tf.setBackend("wasm");

    const texts = tf.tidy(() =>
      tf.string.staticRegexReplace(tf.tensor1d(["weir", "flöw"]), "[öo]", "O").dataSync(),
    );
    const ragged = tf.engine().runKernel<Tensor[]>(
      "RaggedRange",
      {
        starts: tf.tensor1d([0, 5], "int32"),
        limits: tf.tensor1d([3, 7], "int32"),
        deltas: tf.tensor1d([1, 1], "int32"),
      },
      {},
    );

    expect([...texts]).toEqual(["weir", "flOw"]);
    expect(ragged.map((tensor) => [...tensor.dataSync()])).toEqual([
      [0, 3, 5],
      [0, 1, 2, 5, 6],
    ]);
    tf.dispose(ragged);
  });

  test("cannot where they make complex numbers", async () => {
    await both.tf.setBackend("wasm");

    expect(() => both.tf.tidy(() => both.tf.complex([1], [2]))).toThrow(ComplexNumberError);
  });
});

test("a learning convolution and its products leave the memory of WebAssembly as large as it was", async () => {
  const { tf } = both;
  await tf.setBackend("wasm");
  const learn = (): void => {
    tf.tidy(() => {
      const x = both.numbers([4, 16, 16, 8], 1);
      const gradient = tf.grads((taps: Tensor, byDepth: Tensor, weights: Tensor) => {
        const seen: Tensor = tf.conv2d(x as Tensor4, taps as Tensor4, 1, "same");
        const apart: Tensor = tf.depthwiseConv2d(seen as Tensor4, byDepth as Tensor4, 2, "same");
        return tf.matMul(tf.reshape(apart, [4, -1]), weights);
      });
      const weights = both.numbers([1_024, 32], 4);
      gradient([both.numbers([3, 3, 8, 8], 2), both.numbers([3, 3, 8, 2], 3), weights]);
    });
  };
  // the compiled module, which the types leave out
  const memory = (tf.backend() as unknown as { readonly wasm: { readonly HEAPU8: Uint8Array } })
    .wasm;
  learn();
  const sizeBytes = memory.HEAPU8.length;

  for (let i = 0; i < 200; i++) learn();

  expect(memory.HEAPU8).toHaveLength(sizeBytes);
});

test("completing twice changes nothing", async () => {
  const { kernelFunc } = both.tf.getKernel("BatchMatMul", "wasm");
  await using again = await openTensorBackend({ prefer: "wasm" });

  expect(again.tf.getKernel("BatchMatMul", "wasm").kernelFunc).toBe(kernelFunc);
});
