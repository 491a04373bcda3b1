import { describe, expect, test } from "vitest";
import { bothBackends } from "../fixtures/both-backends.ts";
import type { Tensor } from "../tensor-backend.ts";

const both = bothBackends();

type Type = "float32" | "int32" | "bool";
const types: readonly Type[] = ["float32", "int32", "bool"];

/** A call of a kernel with tensors of small whole numbers, whose results are exact in every type. */
interface Case {
  readonly kernel: string;
  /** Shapes by name, or as a list. */
  readonly inputs: Readonly<Record<string, readonly number[]>> | readonly (readonly number[])[];
  readonly attrs: object;
}

const convolution = { strides: [1, 1], pad: "same", dimRoundingMode: undefined };
const cases: readonly Case[] = [
  {
    kernel: "BatchMatMul",
    inputs: { a: [1, 3, 2], b: [1, 3, 4] },
    attrs: { transposeA: true, transposeB: false },
  },
  {
    kernel: "BatchMatMul",
    inputs: { a: [2, 2, 3], b: [2, 3, 2] },
    attrs: { transposeA: false, transposeB: false },
  },
  {
    kernel: "Conv2DBackpropFilter",
    inputs: { x: [2, 4, 3, 2], dy: [2, 4, 3, 3] },
    attrs: { ...convolution, dataFormat: "NHWC", filterShape: [2, 3, 2, 3] },
  },
  {
    kernel: "Conv2DBackpropFilter",
    inputs: { x: [2, 2, 4, 3], dy: [2, 3, 4, 3] },
    attrs: { ...convolution, dataFormat: "NCHW", filterShape: [2, 3, 2, 3] },
  },
  {
    kernel: "Conv2DBackpropInput",
    inputs: { dy: [2, 4, 3, 3], filter: [2, 3, 2, 3] },
    attrs: { ...convolution, dataFormat: "NHWC", inputShape: [2, 4, 3, 2] },
  },
  {
    kernel: "Conv2DBackpropInput",
    inputs: { dy: [2, 3, 4, 3], filter: [2, 3, 2, 3] },
    attrs: { ...convolution, dataFormat: "NCHW", inputShape: [2, 2, 4, 3] },
  },
  {
    kernel: "DepthwiseConv2dNativeBackpropFilter",
    inputs: { x: [2, 4, 3, 2], dy: [2, 4, 3, 4] },
    attrs: { ...convolution, dilations: [1, 1], filterShape: [2, 3, 2, 2] },
  },
  {
    kernel: "DepthwiseConv2dNativeBackpropInput",
    inputs: { dy: [2, 4, 3, 4], filter: [2, 3, 2, 2] },
    attrs: { ...convolution, dilations: [1, 1], inputShape: [2, 4, 3, 2] },
  },
  {
    kernel: "Einsum",
    inputs: [
      [2, 3],
      [3, 4],
    ],
    attrs: { equation: "ij,jk->ik" },
  },
  {
    kernel: "UnsortedSegmentSum",
    inputs: { x: [4, 3], segmentIds: [4] },
    attrs: { numSegments: 3 },
  },
];

const calls = cases.flatMap((of) =>
  types.flatMap((first) =>
    types.map((second) => ({
      ...of,
      types: [first, second] as const,
      title: `${of.kernel} of ${Object.values(of.inputs).map(String).join(" and ")}: ${first}, ${second}`,
    })),
  ),
);

type Call = (typeof calls)[number];

/** What a call makes; nothing of it stays. */
async function made(name: "cpu" | "wasm", call: Call): Promise<unknown> {
  const { tf } = both;
  await tf.setBackend(name);
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  const result = tf.tidy(() => {
    const attrs = call.attrs as Record<string, never>;
    const tensor = tf.engine().runKernel<Tensor>(call.kernel, inputsOf(call), attrs);
    return { shape: tensor.shape, type: tensor.dtype, values: [...tensor.dataSync()] };
  });
  expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  return result;
}

function inputsOf({ inputs, types: given }: Call): Record<string, Tensor> {
  const made = Object.entries(inputs).map(([name, shape], i) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const type = given[i] ?? "float32";
    const values = Array.from({ length: size }, (_, k) => (k * 7 + i) % (type === "bool" ? 2 : 5));
    return [name, both.tf.tensor(values, [...shape], type)] as const;
  });
  return Object.assign(Array.isArray(inputs) ? [] : {}, Object.fromEntries(made));
}

describe("kernels make of every type what the plain back end makes", () => {
  test.each(calls)("$title", async (call) => {
    const plain = await made("cpu", call);

    expect(await made("wasm", call)).toEqual(plain);
  });
});

describe("kernels refuse what the plain back end refuses, in the same words", () => {
  test.each<[string, () => Tensor]>([
    [
      "a product of matrices that do not fit",
      () => both.tf.matMul(both.tf.ones([3, 2]), both.tf.ones([4, 2]), true),
    ],
    [
      "more segments than rows",
      () => both.tf.unsortedSegmentSum(both.tf.ones([3, 2]), both.tf.tensor1d([0, 1], "int32"), 2),
    ],
    [
      "a sum of products whose sizes differ",
      () => both.tf.einsum("ij,jk->ik", both.tf.ones([2, 3]), both.tf.ones([2, 3])),
    ],
  ])("%s", async (_, make) => {
    const plain = await both.on("cpu", make).catch(String);

    expect(plain).toMatch(/^Error: /);
    expect(await both.on("wasm", make).catch(String)).toBe(plain);
  });
});
