import { describe, expect, test } from "vitest";
import { openTensorBackend } from "../open-tensor-backend.ts";
import { arrayOf, rowsOf, takeRows, tensorOf } from "./dense-array.ts";

describe("tensorOf and arrayOf", () => {
  test("hand over the very same memory on the plain back end", async () => {
    await using backend = await openTensorBackend({ prefer: "cpu" });
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);

    const tensor = tensorOf(backend.tf, { values, shape: [2, 3] });
    const back = await arrayOf(tensor);
    tensor.dispose();

    expect(back.shape).toEqual([2, 3]);
    expect(back.values.buffer).toBe(values.buffer);
  });

  test.each(["cpu", "wasm"])("keep numbers of every type on %s", async (prefer) => {
    await using backend = await openTensorBackend({ prefer });
    for (const [Type, dtype] of [
      [Float32Array, "float32"],
      [Float64Array, "float32"],
      [Int32Array, "int32"],
      [Uint32Array, "float32"],
      [Uint8Array, "float32"],
    ] as const) {
      const tensor = tensorOf(backend.tf, { values: Type.of(1, 0, 255), shape: [3] });

      expect(tensor.dtype).toBe(dtype);
      expect([...(await arrayOf(tensor)).values]).toEqual([1, 0, 255]);
      tensor.dispose();
    }
  });
});

describe("takeRows", () => {
  test("gives samples in the order that is asked for, also twice", () => {
    const array = { values: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] };

    expect(takeRows(array, [2, 0, 2])).toEqual({
      values: Float32Array.of(5, 6, 1, 2, 5, 6),
      shape: [3, 2],
    });
  });

  test("gives single numbers of a list", () => {
    const labels = { values: Int32Array.of(7, 8, 9), shape: [3] };

    expect(takeRows(labels, Int32Array.of(1))).toEqual({ values: Float32Array.of(8), shape: [1] });
    expect(rowsOf(labels)).toBe(3);
  });
});
