/** Types of elements, by the numbers that the format gives them. */
export const ELEMENT = { float32: 1, uint8: 2, int32: 6, int64: 7, text: 8, float64: 11 } as const;

/** An input or output of a graph; a text as a side is one that may have any length. */
export interface Value {
  readonly name: string;
  readonly element: number;
  readonly shape: readonly (number | string)[];
}

/** One operation. */
export interface Operation {
  readonly kind: string;
  readonly takes: readonly string[];
  readonly gives: readonly string[];
  /** Attributes that are whole numbers. */
  readonly integers?: Readonly<Record<string, number>>;
}

/** A constant of 32-bit floats. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** What a model is made of. */
export interface ModelParts {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly operations: readonly Operation[];
  readonly constants?: readonly Constant[];
}

/**
 * The bytes of an ONNX model: messages of protocol buffers, whose fields have the numbers of `onnx.proto`
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
export function onnxModel({ inputs, outputs, operations, constants = [] }: ModelParts): Uint8Array {
  const graph = message(
    ...operations.map((operation) => bytes(1, nodeOf(operation))),
    text(2, "graph"),
    ...constants.map((constant) => bytes(5, tensorOf(constant))),
    ...inputs.map((input) => bytes(11, valueOf(input))),
    ...outputs.map((output) => bytes(12, valueOf(output))),
  );
  const operatorSet = message(text(1, ""), integer(2, 17));
  return message(integer(1, 8), text(2, "test"), bytes(7, graph), bytes(8, operatorSet));
}

/** Class probabilities of `x`, `[rows, 3]`: softmax(x · weights + bias), of two classes. */
export const CLASSIFIER: ModelParts = {
  inputs: [{ name: "x", element: ELEMENT.float32, shape: ["rows", 3] }],
  outputs: [{ name: "probabilities", element: ELEMENT.float32, shape: ["rows", 2] }],
  constants: [
    { name: "weights", shape: [3, 2], values: [0.5, -0.5, 1, 0, -1, 2] },
    { name: "bias", shape: [2], values: [0.25, -0.25] },
  ],
  operations: [
    { kind: "MatMul", takes: ["x", "weights"], gives: ["product"] },
    { kind: "Add", takes: ["product", "bias"], gives: ["logits"] },
    { kind: "Softmax", takes: ["logits"], gives: ["probabilities"], integers: { axis: 1 } },
  ],
};

/** A model that computes long: a matrix of 700 rows made of `x`, multiplied by itself as often as told. */
export function slowModel(times: number): Uint8Array {
  const powers = Array.from({ length: times }, (_, i) => ({
    kind: "MatMul",
    takes: [`p${i}`, `p${i}`],
    gives: [`p${i + 1}`],
  }));
  return onnxModel({
    inputs: [
      { name: "x", element: ELEMENT.float32, shape: [700, 1] },
      { name: "y", element: ELEMENT.float32, shape: [1, 700] },
    ],
    outputs: [{ name: "sum", element: ELEMENT.float32, shape: [700, 1] }],
    operations: [
      { kind: "MatMul", takes: ["x", "y"], gives: ["p0"] },
      ...powers,
      { kind: "MatMul", takes: [`p${times}`, "x"], gives: ["sum"] },
    ],
  });
}

/** What a slow model takes. */
export const SLOW_INPUTS = {
  x: { values: new Float32Array(700), shape: [700, 1] },
  y: { values: new Float32Array(700), shape: [1, 700] },
};

function nodeOf({ kind, takes, gives, integers = {} }: Operation): Uint8Array {
  return message(
    ...takes.map((name) => text(1, name)),
    ...gives.map((name) => text(2, name)),
    text(4, kind),
    // 2: the attribute is a whole number
    ...Object.entries(integers).map(([name, value]) =>
      bytes(5, message(text(1, name), integer(3, value), integer(20, 2))),
    ),
  );
}

function tensorOf({ name, shape, values }: Constant): Uint8Array {
  const raw = new Uint8Array(Float32Array.from(values).buffer); // little endian, as all machines that run this
  return message(
    ...shape.map((side) => integer(1, side)),
    integer(2, ELEMENT.float32),
    text(8, name),
    bytes(9, raw),
  );
}

function valueOf({ name, element, shape }: Value): Uint8Array {
  const sides = shape.map((side) =>
    bytes(1, typeof side === "number" ? integer(1, side) : text(2, side)),
  );
  const tensor = message(integer(1, element), bytes(2, message(...sides)));
  return message(text(1, name), bytes(2, bytes(1, tensor)));
}

function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

function bytes(field: number, content: Uint8Array): Uint8Array {
  return message(varint(field * 8 + 2), varint(content.length), content);
}

function text(field: number, content: string): Uint8Array {
  return bytes(field, Buffer.from(content));
}

function integer(field: number, value: number): Uint8Array {
  return message(varint(field * 8), varint(value));
}

/** Seven bits a byte, the lowest first; negative numbers in 64 bits. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const parts: number[] = [];
  while (rest > 0x7fn) {
    parts.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Uint8Array.from([...parts, Number(rest)]);
}
