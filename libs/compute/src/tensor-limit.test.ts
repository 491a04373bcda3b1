import { describe, expect, test } from "vitest";
import { TensorMemoryError } from "./errors.ts";
import { openTensorBackend } from "./open-tensor-backend.ts";

describe.each(["cpu", "wasm"])("a limit of memory on %s", (prefer) => {
  test("refuses the tensor that goes beyond it, and keeps nothing of that", async () => {
    await using backend = await openTensorBackend({ prefer, memoryLimitBytes: 40_000 });
    const { tf } = backend;
    const before = tf.memory().numTensors;

    expect(() => tf.tidy(() => tf.matMul(tf.ones([80, 10]), tf.ones([10, 200])))).toThrow(
      TensorMemoryError,
    );
    expect(() => tf.zeros([100, 101])).toThrow(
      /^tensors take \d+ bytes with one of shape \[100, 101\], and may take 40000$/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test("leaves the value of a variable that it refuses alone", async () => {
    await using backend = await openTensorBackend({ prefer, memoryLimitBytes: 40_000 });
    const { tf } = backend;
    const before = backend.memory.usedBytes;
    const value = tf.ones([6_000]);

    expect(() => tf.variable(value, true, "refused")).toThrow(TensorMemoryError);

    expect((await value.data())[5_999]).toBe(1);
    value.dispose();
    expect(backend.memory.usedBytes).toBe(before);
    tf.variable(tf.scalar(1), true, "refused").dispose(); // its name is free again
  });

  test("counts what was disposed no more", async () => {
    await using backend = await openTensorBackend({ prefer, memoryLimitBytes: 40_000 });
    const { tf } = backend;

    for (let at = 0; at < 10; at += 1) tf.zeros([90, 90]).dispose();

    expect(backend.memory.usedBytes).toBeLessThan(40_000);
  });

  test("ends with the back end, and never widens that of another", async () => {
    await using _narrow = await openTensorBackend({ prefer, memoryLimitBytes: 1_000 });
    {
      await using wide = await openTensorBackend({ prefer, memoryLimitBytes: 100_000 });
      expect(() => wide.tf.zeros([1_000])).toThrow("may take 1000");
    }
    expect(() => _narrow.tf.zeros([1_000])).toThrow("may take 1000");
    await _narrow[Symbol.asyncDispose]();

    await using free = await openTensorBackend({ prefer });

    free.tf.zeros([1_000]).dispose();
    expect(free.memory.limitBytes).toBeUndefined();
  });
});
