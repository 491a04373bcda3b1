import "@tensorflow/tfjs-layers"; // brings the gradients of all operations
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ComplexNumberError } from "../errors.ts";
import { openTensorBackend } from "../open-tensor-backend.ts";
import type { Tensor, TensorBackend, TensorFlow } from "../tensor-backend.ts";

/** The largest difference that is allowed, against the largest value. */
const TOLERANCE = 1e-5;

let backend: TensorBackend;
let tf: TensorFlow;
beforeAll(async () => {
  backend = await openTensorBackend({ prefer: "wasm" });
  tf = backend.tf;
});
afterAll(async () => {
  await backend[Symbol.asyncDispose]();
});

async function on(name: "cpu" | "wasm", make: () => Tensor): Promise<Float32Array> {
  await tf.setBackend(name);
  const made = tf.tidy(make);
  const values = Float32Array.from(made.dataSync());
  made.dispose();
  return values;
}

/** Whether both back ends make the same, within the tolerance; the number of tensors stays as it was. */
async function expectSame(make: () => Tensor): Promise<void> {
  const plain = await on("cpu", make);
  await tf.setBackend("wasm");
  const before = tf.memory().numTensors;
  const own = await on("wasm", make);
  expect(tf.memory().numTensors).toBe(before);
  expect(own).toHaveLength(plain.length);
  const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const worst = plain.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (own[i] ?? NaN))),
    0,
  );
  expect(worst / largest).toBeLessThan(TOLERANCE);
}

type Tensor4 = Parameters<TensorFlow["conv2d"]>[0] & Parameters<TensorFlow["conv2d"]>[1];

/** Numbers from −1 to 1, the same for the same seed. */
function numbers(shape: readonly number[], seed: number): Tensor {
  return tf.randomUniform([...shape], -1, 1, "float32", seed);
}

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
    inChannels: size(4),
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
          const x = numbers([batch, height, width, inChannels], seed);
          const w = numbers([...filter, inChannels, outChannels], seed + 1);
          const gradient = tf.grads((image: Tensor, taps: Tensor) => {
            const made: Tensor = tf.conv2d(
              image as Tensor4,
              taps as Tensor4,
              strides,
              pad,
              "NHWC",
              1,
              rounding,
            );
            return tf.mul(made, numbers(made.shape, seed + 2));
          });
          return gradient([x, w])[which] ?? x;
        };

        await expectSame(by(1));
        await expectSame(by(0));
      }),
    );
  });

  test("by depth is that of the plain back end", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, size(2), async (drawn, multiplier) => {
        const { batch, height, width, inChannels, filter, strides, seed } = drawn;
        const by = (which: 0 | 1) => (): Tensor => {
          const gradient = tf.grads((image: Tensor, taps: Tensor) =>
            tf.depthwiseConv2d(image as Tensor4, taps as Tensor4, strides, "same"),
          );
          const x = numbers([batch, height, width, inChannels], seed);
          const w = numbers([...filter, inChannels, multiplier], seed + 1);
          return gradient([x, w])[which] ?? x;
        };

        await expectSame(by(1));
        await expectSame(by(0));
      }),
      { numRuns: 30 },
    );
  });
});

test("products of transposed matrices, one or many, are those of the plain back end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        batch: fc.constantFrom<readonly number[]>([], [1], [1, 1], [3], [2, 2]),
        rows: size(20),
        inner: size(20),
        columns: size(20),
        turnsA: fc.boolean(),
        turnsB: fc.boolean(),
        seed: fc.integer({ min: 1, max: 1_000 }),
      }),
      async ({ batch, rows, inner, columns, turnsA, turnsB, seed }) => {
        await expectSame(() => {
          const a = numbers([...batch, ...(turnsA ? [inner, rows] : [rows, inner])], seed);
          const b = numbers(
            [...batch, ...(turnsB ? [columns, inner] : [inner, columns])],
            seed + 1,
          );
          return tf.matMul(a, b, turnsA, turnsB);
        });
      },
    ),
  );
});

describe("kernels of the plain back end", () => {
  test("stand in for those that are missing, with values of every type", async () => {
    await expectSame(() => tf.erf(numbers([5, 3], 1)));
    await expectSame(() => tf.localResponseNormalization(numbers([1, 2, 2, 8], 2) as never));
    await expectSame(() => tf.unique(tf.tensor1d([3, 1, 3, 2], "int32")).values);
    await expectSame(() => tf.searchSorted(tf.tensor1d([1, 2, 4]), tf.tensor1d([3, 0])));
    await expectSame(() => tf.linalg.bandPart(numbers([4, 4], 3) as never, 1, 1));
  });

  test("cannot where they make complex numbers", async () => {
    await tf.setBackend("wasm");

    expect(() => tf.tidy(() => tf.complex([1], [2]))).toThrow(ComplexNumberError);
  });
});

test("completing twice changes nothing", async () => {
  const { kernelFunc } = tf.getKernel("BatchMatMul", "wasm");
  await using again = await openTensorBackend({ prefer: "wasm" });

  expect(again.tf.getKernel("BatchMatMul", "wasm").kernelFunc).toBe(kernelFunc);
});
