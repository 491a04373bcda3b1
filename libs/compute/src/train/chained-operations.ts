import type { Tensor, TensorFlow } from "../tensor-backend.ts";

/** What layers, initializers and metrics call as methods of tensors, and the published core for Node does not add. */
const OPERATIONS = [
  "div",
  "mean",
  "reshape",
  "sign",
  "square",
  "stridedSlice",
  "sub",
  "sum",
  "transpose",
] as const;

type Operation = (tensor: Tensor, ...rest: readonly unknown[]) => Tensor;

/** Adds the methods that are missing. Does it once. */
export function addChainedOperations(tf: TensorFlow): void {
  const { prototype } = tf.Tensor;
  for (const name of OPERATIONS) {
    // each takes the tensor first, and then what the method takes
    const operation = tf[name] as Operation;
    add(prototype, name, function chained(this: Tensor, ...rest: readonly unknown[]) {
      return operation(this, ...rest);
    });
  }
  add(prototype, "flatten", function flatten(this: Tensor) {
    return tf.reshape(this, [this.size]);
  });
}

function add(prototype: object, name: string, value: unknown): void {
  if (!(name in prototype))
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
}
