import { createRequire } from "node:module";
import { totalmem } from "node:os";
import type { TensorFlow } from "../tensor-backend.ts";
import { nvidiaGpu } from "./nvidia-gpu.ts";
import {
  activate,
  type Probe,
  type ProbeOptions,
  type ProbeResult,
  resolveOptional,
} from "./probe.ts";

const GPU_PACKAGE = "@tensorflow/tfjs-node-gpu";
const CPU_PACKAGE = "@tensorflow/tfjs-node";

/** CUDA through TensorFlow's C library; an optional package, never installed by this one. @internal */
export const cudaProbe: Probe = {
  name: "tensorflow",
  label: "CUDA",
  isGpu: true,
  probe: async (options) => {
    const opened = await open([GPU_PACKAGE], options);
    if (opened.kind === "skipped" || opened.isGpu) return opened;
    return { kind: "skipped", reason: "found no CUDA device" };
  },
};

/** TensorFlow's C library on the CPU, from either of its packages. @internal */
export const tensorflowProbe: Probe = {
  name: "tensorflow",
  label: "TensorFlow",
  isGpu: false,
  probe: async (options) => await open([CPU_PACKAGE, GPU_PACKAGE], options),
};

async function open(packages: readonly string[], { base }: ProbeOptions): Promise<ProbeResult> {
  const requireFromBase = createRequire(base);
  const [found] = packages.flatMap((name) => {
    const entry = resolveOptional(requireFromBase, name);
    return entry === undefined ? [] : [{ name, entry }];
  });
  if (found === undefined) return { kind: "skipped", reason: `${packages[0]} is not installed` };
  restoreUtil();
  requireFromBase(found.name);
  // its own copy of the core is the one that knows the back end; the module's shape is the package's contract
  const tf = createRequire(found.entry)("@tensorflow/tfjs-core") as TensorFlow;
  if (!(await activate(tf, "tensorflow"))) return { kind: "skipped", reason: "did not come up" };
  return { kind: "ready", tf, ...(await describeDevice(usesGpu(tf.backend()))) };
}

async function describeDevice(
  isGpu: boolean,
): Promise<{ isGpu: boolean; device: string; memoryBytes: number | undefined }> {
  if (!isGpu) return { isGpu, device: "TensorFlow on the CPU", memoryBytes: totalmem() };
  const { name = "NVIDIA GPU", memoryBytes } = await nvidiaGpu();
  return { isGpu, device: `${name}, by CUDA`, memoryBytes };
}

/** Node 23 removed two functions of `node:util` that the packages call while they load. */
function restoreUtil(): void {
  // the CommonJS object is the one that the package sees; the types rightly say that these are gone
  const util = createRequire(import.meta.url)("node:util") as Record<string, unknown>;
  util["isNullOrUndefined"] ??= (value: unknown): boolean => value == null;
  util["isArray"] ??= Array.isArray;
}

function usesGpu(backend: object): boolean {
  return "isUsingGpuDevice" in backend && backend.isUsingGpuDevice === true;
}
