import { TensorMemoryError } from "./errors.ts";
import type { Tensor, TensorFlow } from "./tensor-backend.ts";

/** The part of the engine through which every new tensor goes. */
interface Tracking {
  trackTensor(tensor: Tensor, backend: unknown): void;
  readonly backend: { incRef(dataId: object): void };
  readonly state: { readonly numBytes: number };
}

interface Limit {
  readonly bytes: number;
}

/** The limits in force: a thread has one engine. */
const limits = new Set<Limit>();
const watched = new WeakSet<object>();

/**
 * Lets no operation of this thread make a tensor that takes all tensors together over a limit; of several limits, the
 * smallest holds. A reshaped tensor counts like a copy.
 *
 * @param limitBytes - at least 1.
 * @returns what lifts the limit.
 * @internal
 */
export function limitTensors(tf: TensorFlow, limitBytes: number): Disposable {
  watch(tf);
  const own = { bytes: limitBytes };
  limits.add(own);
  return { [Symbol.dispose]: () => void limits.delete(own) };
}

/** Lifts every limit, also of back ends that nobody disposed. @internal */
export function liftLimits(): void {
  limits.clear();
}

function watch(tf: TensorFlow): void {
  const engine: object = tf.engine();
  if (watched.has(engine)) return;
  watched.add(engine);
  // the method is private in the types, and has been the one way for every release
  const tracking = engine as Tracking;
  const track = tracking.trackTensor.bind(engine);
  tracking.trackTensor = (tensor, backend) => {
    track(tensor, backend);
    const { numBytes } = tracking.state;
    const limit = Math.min(...[...limits].map(({ bytes }) => bytes));
    if (numBytes <= limit) return;
    // a variable shares the data of its first value: its own share, which would be taken next, is let go here
    if (tensor instanceof tf.Variable) tracking.backend.incRef(tensor.dataId);
    tensor.dispose();
    throw new TensorMemoryError(numBytes, limit, tensor.shape);
  };
}
