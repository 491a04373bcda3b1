import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";
import type { KernelBackend } from "@tensorflow/tfjs-core";
import { SynchronousReadError } from "../errors.ts";
import type { TensorFlow } from "../tensor-backend.ts";
import { noteDevice, threadDevice } from "../thread-backend.ts";
import {
  type Adapter,
  type AdapterInfo,
  type Dawn,
  type Device,
  maxTensorBytes,
  nameOfAdapter,
  openDevice,
  showWebgpu,
} from "../webgpu/dawn.ts";
import { watchDevice } from "../webgpu/device-failure.ts";
import {
  activate,
  type Probe,
  type ProbeOptions,
  type ProbeResult,
  type ReadyBackend,
  resolveOptional,
} from "./probe.ts";

const DAWN_PACKAGE = "webgpu";
const BACKEND_PACKAGE = "@tensorflow/tfjs-backend-webgpu";
const VULKAN_LOADER = "libvulkan.so.1";

/**
 * A GPU of any maker through Dawn, the WebGPU of Chromium. Both packages are optional.
 *
 * It wants a process of its own: a thread that is ended in the middle of its work takes the process along.
 *
 * @internal
 */
export const webgpuProbe: Probe = { name: "webgpu", label: "WebGPU", isGpu: true, probe };

async function probe({ base, allowSoftware }: ProbeOptions): Promise<ProbeResult> {
  if (!isMainThread) return skipped("needs a process of its own, and this is a thread");
  const known = threadDevice();
  if (known !== undefined) return await again(known, allowSoftware);
  const requireFromBase = createRequire(base);
  const dawnEntry = resolveOptional(requireFromBase, DAWN_PACKAGE);
  if (dawnEntry === undefined) return skipped(`${DAWN_PACKAGE} is not installed`);
  const entry = resolveOptional(requireFromBase, BACKEND_PACKAGE);
  if (entry === undefined) return skipped(`${BACKEND_PACKAGE} is not installed`);
  if (!hasLoader()) return skipped(`${VULKAN_LOADER} is not installed`);
  // the shapes are the packages' contracts
  const dawn = (await import(pathToFileURL(dawnEntry).href)) as Dawn;
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) return skipped("found no adapter");
  if (adapter.info.isFallbackAdapter && !allowSoftware) return noGpu(nameOfAdapter(adapter.info));
  showWebgpu(gpu, dawn.globals);
  const { WebGPUBackend } = requireFromBase(BACKEND_PACKAGE) as BackendPackage;
  const tf = createRequire(entry)("@tensorflow/tfjs-core") as TensorFlow;
  return await start(tf, adapter, WebGPUBackend);
}

/** Looks as Dawn will, which complains on standard error when there is none. */
function hasLoader(): boolean {
  if (process.platform !== "linux") return true;
  try {
    process.dlopen({ exports: {} }, VULKAN_LOADER);
    return true;
  } catch (error) {
    // one that is there is no module of Node, and is refused as such
    return !String(error).includes("cannot open shared object file");
  }
}

interface BackendPackage {
  readonly WebGPUBackend: new (device: Device, info: AdapterInfo) => KernelBackend;
}

async function start(
  tf: TensorFlow,
  adapter: Adapter,
  Backend: BackendPackage["WebGPUBackend"],
): Promise<ProbeResult> {
  const device = await openDevice(adapter);
  const failed = watchDevice(device);
  // one that chooses the adapter by itself was registered while the package loaded
  if (tf.findBackendFactory("webgpu") != null) tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => readable(new Backend(device, adapter.info)));
  if (!(await activate(tf, "webgpu"))) return skipped("did not come up");
  const ready: ReadyBackend = {
    kind: "ready",
    tf,
    isGpu: !adapter.info.isFallbackAdapter,
    device: nameOfAdapter(adapter.info),
    maxTensorBytes: maxTensorBytes(adapter),
    failed,
  };
  noteDevice(ready);
  return ready;
}

/** A process has one device, for as long as it lives. */
async function again(ready: ReadyBackend, allowSoftware: boolean): Promise<ProbeResult> {
  if (!ready.isGpu && !allowSoftware) return noGpu(ready.device);
  if (ready.failed?.aborted === true)
    return skipped(`failed before: ${ready.failed.reason.message}`);
  return (await activate(ready.tf, "webgpu")) ? ready : skipped("did not come up");
}

/** Reading at once takes a canvas, which Node has not; what never left the CPU can still be read. */
function readable(backend: KernelBackend): KernelBackend {
  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    try {
      return readSync(dataId);
    } catch (error) {
      throw error instanceof ReferenceError ? new SynchronousReadError(error) : error;
    }
  };
  return backend;
}

function noGpu(found: string): ProbeResult {
  return skipped(`found only ${found}: no GPU`);
}

function skipped(reason: string): ProbeResult {
  return { kind: "skipped", reason };
}
