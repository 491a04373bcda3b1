import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CLASSIFIER, ELEMENT, onnxModel } from "../test/onnx-model.ts";
import { RuntimeMissingError, UnreadableModelError } from "./errors.ts";
import { openInProcess } from "./model-process.ts";
import { openHere } from "./open-here.ts";

const bytes = onnxModel(CLASSIFIER);
const fixture = join(import.meta.dirname, "../test/classifier.onnx");

/** softmax(x · weights + bias) of the classifier, in doubles. */
function probabilitiesByHand([a = 0, b = 0, c = 0]: readonly number[]): [number, number] {
  const first = Math.exp(0.5 * a + 1 * b - 1 * c + 0.25);
  const second = Math.exp(-0.5 * a + 2 * c - 0.25);
  return [first / (first + second), second / (first + second)];
}

/** Where a model lives that is opened in a main thread, and in a worker thread. */
const PLACES = [
  { place: "this thread", open: openHere },
  { place: "a process of its own", open: openInProcess },
];

describe.each(PLACES)("openOnnxModel, in $place", ({ open }) => {
  test("says what a model takes and gives", async () => {
    await using model = await open({ bytes });

    expect(model.inputs).toEqual([{ name: "x", type: "float32", shape: ["rows", 3] }]);
    expect(model.outputs).toEqual([{ name: "probabilities", type: "float32", shape: ["rows", 2] }]);
    expect(model.provider).toBe("cpu");
    expect(model.tried).toEqual([]);
  });

  test("computes what one computes by hand", async () => {
    const rows = [
      [1, 2, 3],
      [0, 0, 0],
      [-4, 0.5, 0.25],
    ];
    await using model = await open({ bytes });

    const { probabilities } = await model.run({
      x: { values: Float32Array.from(rows.flat()), shape: [3, 3] },
    });

    expect(probabilities?.shape).toEqual([3, 2]);
    expect(probabilities?.values).toBeInstanceOf(Float32Array);
    for (const [at, expected] of rows.flatMap(probabilitiesByHand).entries())
      expect(probabilities?.values[at]).toBeCloseTo(expected, 6);
  });

  test("computes any rows as one does by hand", async () => {
    await using model = await open({ bytes });
    const side = fc.double({ min: -20, max: 20, noNaN: true });
    const property = fc.asyncProperty(
      fc.array(fc.tuple(side, side, side), { maxLength: 50 }),
      async (rows) => {
        const values = Float32Array.from(rows.flat());
        const { probabilities } = await model.run({ x: { values, shape: [rows.length, 3] } });

        const expected = rows.flatMap((row) => probabilitiesByHand(row.map(Math.fround)));
        expect(probabilities?.shape).toEqual([rows.length, 2]);
        for (const [at, p] of expected.entries())
          expect(Math.abs((probabilities?.values[at] ?? 0) - p)).toBeLessThan(2e-5);
      },
    );
    await fc.assert(property);
  });

  test("reads a file, which is the model that the tests build", async () => {
    await using model = await open({ path: fixture, threads: 1 });

    expect(new Uint8Array(await readFile(fixture))).toEqual(new Uint8Array(bytes));
    const { probabilities } = await model.run({
      x: { values: new Float32Array(3), shape: [1, 3] },
    });
    expect(probabilities?.values[0]).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 6);
  });

  test.each([
    ["no model", Buffer.from("no model"), "protobuf parsing failed"],
    ["nothing", new Uint8Array(), "it has no bytes"],
    ["a part of one", bytes.subarray(0, 60), "protobuf parsing failed"],
    [
      "an operation that does not exist",
      onnxModel({
        ...CLASSIFIER,
        operations: [{ kind: "Guess", takes: ["x"], gives: ["probabilities"] }],
      }),
      "No Op registered for Guess",
    ],
  ])("refuses %s", async (_, wrong, why) => {
    const failed = open({ bytes: wrong, providers: ["cpu"] });

    await expect(failed).rejects.toBeInstanceOf(UnreadableModelError);
    await expect(failed).rejects.toThrow(why);
  });

  test("blames the model, not the provider, where none can read it", async () => {
    const failed = open({ bytes: Buffer.from("no model"), providers: ["cuda"] });

    await expect(failed).rejects.toMatchObject({ code: "onnx/unreadable-model" });
  });

  test("refuses a file that is not there, or is no model, by its name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "onnx-"));
    const path = join(folder, "wrong.onnx");
    await writeFile(path, "no model");

    await expect(open({ path: join(folder, "none.onnx") })).rejects.toThrow(
      `cannot read "${join(folder, "none.onnx")}": ENOENT`,
    );
    await expect(open({ path })).rejects.toThrow(`cannot read "${path}"`);
    await rm(folder, { recursive: true });
  });

  test("passes providers over that are not there, each with its reason", async () => {
    await using model = await open({ bytes, providers: ["coreml", "cuda", "cpu"] });

    expect(model.provider).toBe("cpu");
    expect(model.tried.map(({ name }) => name)).toEqual(["coreml", "cuda"]);
    for (const { reason } of model.tried) expect(reason).toMatch(/^[^/\n].{5,}$/);
  });

  test("fails where no provider is there, though the model is fine", async () => {
    const failed = open({ bytes, providers: ["cuda"] });

    await expect(failed).rejects.toMatchObject({
      code: "onnx/provider-unavailable",
      tried: [{ name: "cuda", reason: expect.any(String) }],
      hint: 'add "cpu" to `providers`, which runs everywhere',
    });
  });

  test("computes the same by WebGPU, or says why it is not there", async () => {
    await using model = await open({ bytes, providers: ["webgpu", "cpu"] });

    const { probabilities } = await model.run({
      x: { values: Float32Array.of(1, 2, 3), shape: [1, 3] },
    });

    const [first, second] = probabilitiesByHand([1, 2, 3]);
    expect(probabilities?.values[0]).toBeCloseTo(first, 4);
    expect(probabilities?.values[1]).toBeCloseTo(second, 4);
    expect(["webgpu", ...model.tried.map(({ name }) => name)]).toContain("webgpu");
    if (model.provider === "cpu") expect(model.tried[0]?.reason).toBeTruthy();
  });

  test("says how to install the runtime where it is missing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "onnx-"));

    const failed = open({ bytes, base: pathToFileURL(join(folder, "main.js")) });

    await expect(failed).rejects.toBeInstanceOf(RuntimeMissingError);
    await expect(failed).rejects.toMatchObject({
      code: "onnx/runtime-missing",
      hint: expect.stringContaining("npm install onnxruntime-node"),
    });
    await rm(folder, { recursive: true });
  });

  test("stops before it begins when it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"));

    await expect(open({ bytes, signal })).rejects.toThrow("enough");
  });

  test("has nothing of CUDA beside the runtime: its install script did not run", async () => {
    const entry = createRequire(import.meta.url).resolve("onnxruntime-node");

    const files = await readdir(join(dirname(entry), "../bin"), { recursive: true });

    expect(files.filter((name) => name.endsWith("onnxruntime_binding.node"))).not.toEqual([]);
    expect(files.filter((name) => /cuda|tensorrt|cudnn/i.test(name))).toEqual([]);
  });
});

describe.each(PLACES)("an opened model in $place", ({ open }) => {
  const x = { values: Float32Array.of(1, 2, 3), shape: [1, 3] };

  test.each([
    [{}, 'the input "x" is missing', "x: float32 [rows, 3]"],
    [
      { x, y: x },
      'the input "y" is none of the model\'s; did you mean "x"?',
      "x: float32 [rows, 3]",
    ],
    [{ x: { ...x, shape: [3] } }, 'the input "x" has the shape [3]', "x: float32 [rows, 3]"],
    [
      { x: { values: new Float32Array(4), shape: [2, 2] } },
      'the input "x" has the shape [2, 2], where side 2 has to be 3',
      "x: float32 [rows, 3]",
    ],
    [
      { x: { values: new Float32Array(4), shape: [1, 3] } },
      'the input "x" has 4 values, which is not the shape [1, 3]',
      "x: float32 [rows, 3]",
    ],
    [
      { x: { values: new BigInt64Array(3), shape: [1, 3] } },
      'the input "x" is a BigInt64Array whose numbers do not fit',
      "x: float32 [rows, 3]",
    ],
  ])("refuses the inputs %o", async (inputs, message, wanted) => {
    await using model = await open({ bytes });

    await expect(model.run(inputs)).rejects.toMatchObject({
      code: "onnx/invalid-input",
      message,
      hint: `the model takes ${wanted}`,
    });
  });

  test("takes no rows, and numbers of other types", async () => {
    await using model = await open({ bytes });

    const none = await model.run({ x: { values: new Float32Array(), shape: [0, 3] } });
    const doubles = await model.run({ x: { values: Float64Array.of(1, 2, 3), shape: [1, 3] } });
    const integers = await model.run({ x: { values: Uint8Array.of(1, 2, 3), shape: [1, 3] } });

    expect(none["probabilities"]).toEqual({ values: new Float32Array(), shape: [0, 2] });
    expect(doubles).toEqual(await model.run({ x }));
    expect(integers).toEqual(doubles);
  });

  test("gives only the outputs that are asked for", async () => {
    await using model = await open({
      bytes: onnxModel({
        ...CLASSIFIER,
        outputs: [
          ...CLASSIFIER.outputs,
          { name: "logits", element: ELEMENT.float32, shape: ["rows", 2] },
        ],
      }),
    });

    expect(Object.keys(await model.run({ x }))).toEqual(["probabilities", "logits"]);
    expect(await model.run({ x }, { outputs: ["logits"] })).toEqual({
      logits: { values: Float32Array.of(-0.25, 5.25), shape: [1, 2] },
    });
    await expect(model.run({ x }, { outputs: ["logit"] })).rejects.toMatchObject({
      code: "onnx/invalid-output",
      message: 'the output "logit" does not exist; did you mean "logits"?',
    });
  });

  test("wants sides of one name to be equally long", async () => {
    await using model = await open({
      bytes: onnxModel({
        inputs: ["a", "b"].map((name) => ({ name, element: ELEMENT.float32, shape: ["n"] })),
        outputs: [{ name: "sum", element: ELEMENT.float32, shape: ["n"] }],
        operations: [{ kind: "Add", takes: ["a", "b"], gives: ["sum"] }],
      }),
    });
    const two = { values: Float32Array.of(1, 2), shape: [2] };

    expect((await model.run({ a: two, b: two }))["sum"]?.values).toEqual(Float32Array.of(2, 4));
    await expect(
      model.run({ a: two, b: { values: Float32Array.of(1), shape: [1] } }),
    ).rejects.toThrow('the input "b" has the shape [1], where side 1 has to be 2');
  });

  test("takes and gives whole numbers where the model does", async () => {
    const integers = (element: number) =>
      onnxModel({
        inputs: [{ name: "n", element, shape: ["rows"] }],
        outputs: [{ name: "m", element, shape: ["rows"] }],
        operations: [{ kind: "Add", takes: ["n", "n"], gives: ["m"] }],
      });
    await using long = await open({ bytes: integers(ELEMENT.int64) });
    await using short = await open({ bytes: integers(ELEMENT.int32) });
    const n = (values: Float64Array | BigInt64Array | Int32Array) => ({
      n: { values, shape: [values.length] },
    });

    expect((await long.run(n(Float64Array.of(1, -2))))["m"]?.values).toEqual(
      Float64Array.of(2, -4),
    );
    expect((await long.run(n(BigInt64Array.of(2n ** 40n))))["m"]?.values).toEqual(
      Float64Array.of(2 ** 41),
    );
    expect((await short.run(n(Int32Array.of(7))))["m"]?.values).toEqual(Int32Array.of(14));
    await expect(long.run(n(Float64Array.of(0.5)))).rejects.toThrow("numbers do not fit");
    await expect(short.run(n(Float64Array.of(2 ** 31)))).rejects.toThrow("numbers do not fit");
    await expect(long.run(n(BigInt64Array.of(2n ** 61n)))).rejects.toMatchObject({
      code: "onnx/invalid-output",
      message: 'the output "m" has 4611686018427387904, which a number does not keep',
    });
  });

  test("leaves out what is no numbers", async () => {
    await using model = await open({
      bytes: onnxModel({
        ...CLASSIFIER,
        inputs: [...CLASSIFIER.inputs, { name: "word", element: ELEMENT.text, shape: [1] }],
        outputs: [...CLASSIFIER.outputs, { name: "same", element: ELEMENT.text, shape: [1] }],
        operations: [
          ...CLASSIFIER.operations,
          { kind: "Identity", takes: ["word"], gives: ["same"] },
        ],
      }),
    });

    expect(model.outputs[1]).toEqual({ name: "same", type: "string", shape: [1] });
    await expect(model.run({ x }, { outputs: ["same"] })).rejects.toThrow(
      'the output "same" is of the type string',
    );
    await expect(
      model.run({ x, word: { values: Uint8Array.of(1), shape: [1] } }),
    ).rejects.toMatchObject({ code: "onnx/invalid-input", input: "word" });
  });

  test("tells a failure of the runtime as its own error", async () => {
    await using model = await open({
      bytes: onnxModel({
        inputs: [
          { name: "a", element: ELEMENT.float32, shape: ["n", "m"] },
          { name: "b", element: ELEMENT.float32, shape: ["k", "l"] },
        ],
        outputs: [{ name: "product", element: ELEMENT.float32, shape: ["n", "l"] }],
        operations: [{ kind: "MatMul", takes: ["a", "b"], gives: ["product"] }],
      }),
    });

    const failed = model.run({
      a: { values: new Float32Array(6), shape: [2, 3] },
      b: { values: new Float32Array(4), shape: [2, 2] },
    });

    await expect(failed).rejects.toMatchObject({
      code: "onnx/inference-failed",
      message: expect.stringContaining("the model failed on cpu: "),
    });
  });

  test("ends what runs before it closes, and runs no more", async () => {
    const model = await open({ bytes });
    const runs = [model.run({ x }), model.run({ x }), model.run({ x })];

    await Promise.all([model[Symbol.asyncDispose](), model[Symbol.asyncDispose]()]);

    expect(await Promise.all(runs)).toHaveLength(3);
    await expect(model.run({ x })).rejects.toMatchObject({ code: "onnx/closed" });
    await model[Symbol.asyncDispose]();
  });

  test("does not run once it is aborted, also while it waits", async () => {
    await using model = await open({ bytes });
    const controller = new AbortController();
    const first = model.run({ x });
    const second = model.run({ x }, { signal: controller.signal });

    controller.abort(new Error("enough"));

    await expect(second).rejects.toThrow("enough");
    expect(Object.keys(await first)).toEqual(["probabilities"]);
    await expect(model.run({ x }, { signal: controller.signal })).rejects.toThrow("enough");
  });
});
