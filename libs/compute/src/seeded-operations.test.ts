import { describe, expect, test } from "vitest";
import { openTensorBackend } from "./open-tensor-backend.ts";
import type { Tensor, TensorFlow } from "./tensor-backend.ts";

const operations: Readonly<Record<string, (tf: TensorFlow) => Tensor>> = {
  randomNormal: (tf) => tf.randomNormal([20]),
  truncatedNormal: (tf) => tf.truncatedNormal([20], 5, 2),
  randomUniform: (tf) => tf.randomUniform([20], 1, 2),
  randomUniformInt: (tf) => tf.randomUniformInt([20], 0, 1_000),
  randomStandardNormal: (tf) => tf.randomStandardNormal([20]),
  randomGamma: (tf) => tf.randomGamma([20], 2),
  multinomial: (tf) => tf.multinomial(tf.tensor1d([0, 0, 0, 0]), 20),
  dropout: (tf) => tf.dropout(tf.ones([60]), 0.5),
};

async function drawn(
  prefer: string,
  seed: number | undefined,
  draw: (tf: TensorFlow) => Tensor,
): Promise<readonly number[]> {
  await using backend = await openTensorBackend({ prefer, seed });
  const { tf } = backend;
  const made = tf.tidy(() => tf.concat([draw(tf), draw(tf)]));
  const values = Array.from(await made.data());
  made.dispose();
  return values;
}

describe.each(Object.entries(operations))("%s of a seeded back end", (name, draw) => {
  test.each(["wasm", "cpu"])("draws the same numbers every time on %s", async (prefer) => {
    expect(await drawn(prefer, 4, draw)).toEqual(await drawn(prefer, 4, draw));
  });

  // which has a generator in each back end
  test.skipIf(name === "multinomial")("draws the same numbers on another back end", async () => {
    const first = await drawn("wasm", 4, draw);
    const plain = await drawn("cpu", 4, draw);

    expect(plain.map((value) => value.toFixed(4))).toEqual(first.map((value) => value.toFixed(4)));
  });

  test("draws others for another seed, and another time without one", async () => {
    const first = await drawn("wasm", 4, draw);

    expect(await drawn("wasm", 5, draw)).not.toEqual(first);
    expect(await drawn("wasm", undefined, draw)).not.toEqual(await drawn("wasm", undefined, draw));
    const half = first.length / 2;
    expect(first.slice(half)).not.toEqual(first.slice(0, half));
  });
});

test("a call that has a seed keeps it, and 0 is a seed like any other", async () => {
  const own = (tf: TensorFlow): Tensor => tf.randomNormal([5], 0, 1, "float32", 9);
  const any = (tf: TensorFlow): Tensor => tf.randomNormal([5]);
  const zero = (tf: TensorFlow): Tensor => tf.randomNormal([5], 0, 1, "float32", 0);

  expect(await drawn("cpu", 1, own)).toEqual(await drawn("cpu", 2, own));
  expect(await drawn("cpu", 0, any)).toEqual(await drawn("cpu", 0, any));
  expect(await drawn("cpu", 1, zero)).toEqual(await drawn("cpu", 1, zero));
});
