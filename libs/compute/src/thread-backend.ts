import type { ReadyBackend } from "./probe/probe.ts";
import type { BackendFacts, BackendRequirement } from "./tensor-backend.ts";
import { liftLimits } from "./tensor-limit.ts";

/** What the owner of a thread prefers, wherever in it a back end is opened. */
export interface BackendPreference {
  /** The back end to try first: `tensorflow`, `webgpu`, `wasm` or `cpu`. */
  readonly prefer?: string | undefined;
  /** What has to compute. */
  readonly require?: BackendRequirement | undefined;
  /** Whether a GPU that is only simulated in software will do. @default false */
  readonly allowSoftware?: boolean | undefined;
  /** From where the packages of GPU back ends are looked up. */
  readonly base?: string | URL | undefined;
}

interface ThreadBackend {
  preference: BackendPreference;
  inUse: BackendFacts | undefined;
  device: ReadyBackend | undefined;
  /** Settles when nothing is being opened. */
  opened: Promise<unknown>;
}

/** TensorFlow.js has one engine per thread, whichever copies of this package open it: so has what is known about it. */
const KEY = Symbol.for("weirflow.tensor-backend");

/**
 * Sets what every later `openTensorBackend` of this thread does unless it is told otherwise, and forgets what was in use,
 * limits of back ends that nobody disposed among it.
 *
 * For whoever runs code that opens back ends, such as a worker.
 *
 * @example
 * preferBackend({ prefer: config.WEIR_TENSOR_BACKEND });
 */
export function preferBackend(preference: BackendPreference): void {
  Object.assign(thread(), { preference, inUse: undefined });
  liftLimits();
}

/**
 * The back end that this thread opened last since {@link preferBackend}; `undefined` when it opened none.
 *
 * @example
 * const facts = backendInUse(); // { name: "wasm", device: "WebAssembly with SIMD on …", … }
 */
export function backendInUse(): BackendFacts | undefined {
  return thread().inUse;
}

/**
 * What went wrong with this thread's device, if it failed: no later code can compute on it, so the process should end.
 *
 * @returns a {@link DeviceLostError} or a {@link DeviceFaultError}.
 * @example
 * if (deviceFailure() !== undefined) process.exitCode = 1;
 */
export function deviceFailure(): Error | undefined {
  const failed = thread().device?.failed;
  // only `watchDevice` aborts it, and it gives an error
  return failed?.aborted === true ? (failed.reason as Error) : undefined;
}

/** What the owner of this thread prefers. @internal */
export function threadPreference(): BackendPreference {
  return thread().preference;
}

/** Takes down what was opened. @internal */
export function noteBackend(facts: BackendFacts): void {
  thread().inUse = facts;
}

/** The device that was opened in this process. @internal */
export function threadDevice(): ReadyBackend | undefined {
  return thread().device;
}

/** Takes down the device of this process. @internal */
export function noteDevice(device: ReadyBackend): void {
  thread().device = device;
}

/** Does `open` after all that were begun before it on this thread: they change the one engine. @internal */
export async function inTurn<T>(open: () => Promise<T>): Promise<T> {
  const opening = thread().opened.then(open);
  thread().opened = opening.then(nothing, nothing);
  return await opening;
}

/** So that the last one to be opened is not kept alive. */
function nothing(): void {}

function thread(): ThreadBackend {
  // The key is ours, so nothing else is ever found under it.
  const holder = globalThis as { [KEY]?: ThreadBackend };
  return (holder[KEY] ??= {
    preference: {},
    inUse: undefined,
    device: undefined,
    opened: Promise.resolve(),
  });
}
