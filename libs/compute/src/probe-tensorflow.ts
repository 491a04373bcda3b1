import { createRequire } from "node:module";
import { activate, type Probe, type ProbeOptions, type ProbeResult } from "./probe.ts";
import type { TensorFlow } from "./tensor-backend.ts";

const packageName = "@tensorflow/tfjs-node-gpu";

/** CUDA through TensorFlow's C library; an optional package, never installed by this one. @internal */
export const tensorflowProbe: Probe = { name: "tensorflow", probe };

async function probe({ base, requireGpu }: ProbeOptions): Promise<ProbeResult> {
  const requireFromBase = createRequire(base);
  const entry = resolveOptional(requireFromBase);
  if (entry === undefined) return { kind: "skipped", reason: `${packageName} is not installed` };
  restoreUtil();
  requireFromBase(packageName);
  // its own copy of the core is the one that knows the back end; the module's shape is the package's contract
  const tf = createRequire(entry)("@tensorflow/tfjs-core") as TensorFlow;
  if (!(await activate(tf, "tensorflow"))) return { kind: "skipped", reason: "did not come up" };
  const isGpu = usesGpu(tf.backend());
  if (requireGpu && !isGpu) return { kind: "skipped", reason: "found no CUDA device" };
  return {
    kind: "ready",
    tf,
    isGpu,
    device: isGpu ? "NVIDIA GPU, by CUDA" : "TensorFlow on the CPU",
  };
}

function resolveOptional(requireFromBase: NodeJS.Require): string | undefined {
  try {
    return requireFromBase.resolve(packageName);
  } catch {
    return undefined;
  }
}

/** Node 23 removed two functions of `node:util` that the package calls while it loads. */
function restoreUtil(): void {
  // the CommonJS object is the one that the package sees; the types rightly say that these are gone
  const util = createRequire(import.meta.url)("node:util") as Record<string, unknown>;
  util["isNullOrUndefined"] ??= (value: unknown): boolean => value == null;
  util["isArray"] ??= Array.isArray;
}

function usesGpu(backend: object): boolean {
  return "isUsingGpuDevice" in backend && backend.isUsingGpuDevice === true;
}
