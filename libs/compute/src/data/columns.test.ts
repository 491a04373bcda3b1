import { Table, tableFromArrays, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openTensorBackend } from "../open-tensor-backend.ts";
import { columnsOfArrow, columnsOfTensor, samplesOfColumns, tensorOfColumns } from "./columns.ts";

describe("columns and tensors", () => {
  test.each(["cpu", "wasm"])("come back as they were, on %s", async (prefer) => {
    await using backend = await openTensorBackend({ prefer });
    const { tf } = backend;
    const { numTensors } = tf.memory();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(finite, finite, finite), { minLength: 1, maxLength: 20 }),
        async (rows) => {
          const columns = Object.fromEntries(
            ["a", "b", "c"].map((name, at) => [
              name,
              Float32Array.from(rows, (row) => row[at] ?? 0),
            ]),
          );

          const tensor = tensorOfColumns(tf, columns, ["c", "a", "b"]);
          const back = await columnsOfTensor(tf, tensor, ["c", "a", "b"]);
          const samples = await tensor.data();
          tensor.dispose();

          expect(back).toEqual(columns);
          expect(samplesOfColumns(columns, ["c", "a", "b"]).values).toEqual(samples);
        },
      ),
      { numRuns: 30 },
    );
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test("say which column is missing or too short", () => {
    const columns = { a: Float32Array.of(1, 2), b: Float32Array.of(1) };

    expect(() => samplesOfColumns(columns, ["a", "toString"])).toThrow(
      'cannot use the column "toString": the table has none of this name',
    );
    expect(() => samplesOfColumns(columns, ["a", "b"])).toThrow("it has 1 cells, others 2");
  });

  test("need one name a column", async () => {
    await using backend = await openTensorBackend({ prefer: "cpu" });
    const tensor = backend.tf.zeros([2, 3]);

    await expect(columnsOfTensor(backend.tf, tensor, ["a"])).rejects.toMatchObject({
      code: "compute/column",
    });
    tensor.dispose();
  });
});

describe("columnsOfArrow", () => {
  test("gives the memory of the table itself", () => {
    const age = Float32Array.of(31, 40);
    const table = tableFromArrays({ age, id: Int32Array.of(1, 2), share: Float64Array.of(0.5, 1) });

    const columns = columnsOfArrow(table, ["age", "share", "id"]);

    expect(columns).toEqual({ age, id: Int32Array.of(1, 2), share: Float64Array.of(0.5, 1) });
    expect(columns["age"]?.buffer).toBe(age.buffer);
    expect(tableFromArrays(columns).toString()).toBe(
      tableFromArrays({ age, share: Float64Array.of(0.5, 1), id: Int32Array.of(1, 2) }).toString(),
    );
  });

  test.each([
    ["missing", "the table has none of this name"],
    ["empty", "1 of its cells are empty"],
    ["long", "its cells are no numbers of at most 53 bits"],
    ["text", "its cells are no numbers of at most 53 bits"],
  ])("refuses the column %s", (name, problem) => {
    const table = new Table({
      empty: vectorFromArray([1.5, null]),
      long: vectorFromArray([1n, 2n]),
      text: vectorFromArray(["a", "b"]),
    });

    expect(() => columnsOfArrow(table, [name])).toThrow(
      `cannot use the column "${name}": ${problem}`,
    );
  });
});

const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
