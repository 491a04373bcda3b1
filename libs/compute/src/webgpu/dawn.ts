/** The parts of WebGPU that opening a device takes, as https://www.w3.org/TR/webgpu names them. */

/** A fact sheet of an adapter. @internal */
export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** Whether it only simulates a GPU. */
  readonly isFallbackAdapter: boolean;
}

/** A way to a GPU. @internal */
export interface Adapter {
  readonly info: AdapterInfo;
  readonly limits: Readonly<Record<string, number>>;
  readonly features: ReadonlySet<string>;
  requestDevice(descriptor: {
    readonly requiredLimits: Readonly<Record<string, number>>;
    readonly requiredFeatures: readonly string[];
  }): Promise<Device>;
}

/** An open GPU. @internal */
export interface Device extends EventTarget {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
}

/** `navigator.gpu`. @internal */
export interface Gpu {
  requestAdapter(options: {
    readonly powerPreference: "high-performance";
  }): Promise<Adapter | null>;
}

/** The package `webgpu`. @internal */
export interface Dawn {
  create(flags: readonly string[]): Gpu;
  /** What a browser has as globals: `GPUBufferUsage` and such. */
  readonly globals: Readonly<Record<string, unknown>>;
}

/** The limits that TensorFlow.js makes use of; a device has the smallest ones unless it is asked for more. */
const LIMITS = [
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
] as const;

/** Makes this process look to TensorFlow.js like a browser with WebGPU. Idempotent. @internal */
export function showWebgpu(gpu: Gpu, globals: Dawn["globals"]): void {
  Object.assign(globalThis, globals);
  // `navigator` itself cannot be replaced
  Object.defineProperty(globalThis.navigator, "gpu", { value: gpu, configurable: true });
  if (!("WorkerGlobalScope" in globalThis))
    Object.defineProperty(globalThis, "WorkerGlobalScope", { value: EventTarget });
}

/** Opens the device of an adapter with all that this adapter can do. @internal */
export async function openDevice(adapter: Adapter): Promise<Device> {
  const requiredLimits = Object.fromEntries(
    LIMITS.map((limit) => [limit, adapter.limits[limit] ?? 0]),
  );
  const requiredFeatures = ["timestamp-query"].filter((feature) => adapter.features.has(feature));
  return await adapter.requestDevice({ requiredLimits, requiredFeatures });
}

/** The largest tensor that an adapter takes, bytes. @internal */
export function maxTensorBytes({ limits }: Pick<Adapter, "limits">): number {
  const { maxBufferSize = 0, maxStorageBufferBindingSize = 0 } = limits;
  return Math.min(maxBufferSize, maxStorageBufferBindingSize);
}

/** What an adapter is called: `"Apple M3, by WebGPU"`. @internal */
export function nameOfAdapter({
  description,
  vendor,
  architecture,
  isFallbackAdapter,
}: AdapterInfo): string {
  const name = [vendor, architecture].filter((part) => part !== "").join(" ");
  const kind = isFallbackAdapter ? "WebGPU in software" : "WebGPU";
  return `${description || name || "an unnamed GPU"}, by ${kind}`;
}
