import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { dirname, sep } from "node:path";
import { activate, type Probe, type ProbeResult } from "./probe.ts";
import { watchRethrowingHandlers } from "../rethrowing-handlers.ts";
import { completeWasm } from "../wasm/register-kernels.ts";
import type { TensorFlow } from "../tensor-backend.ts";

/** 32-bit addresses. */
const MAX_MEMORY_BYTES = 2 ** 32;

/** WebAssembly from the installed package: no network, no other software. @internal */
export const wasmProbe: Probe = { name: "wasm", label: "WebAssembly", isGpu: false, probe };

async function probe(): Promise<ProbeResult> {
  const tf = await import("@tensorflow/tfjs-core");
  if (!(await isUp(tf))) return { kind: "skipped", reason: "did not come up" };
  await completeWasm(tf);
  const memoryBytes = Math.min(totalmem(), MAX_MEMORY_BYTES);
  return { kind: "ready", tf, isGpu: false, device: await describeDevice(tf), memoryBytes };
}

async function isUp(tf: TensorFlow): Promise<boolean> {
  using stack = new DisposableStack();
  stack.defer(watchRethrowingHandlers());
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  if (!isInitialised(tf)) setWasmPaths(binariesFolder());
  return await activate(tf, "wasm");
}

/** The paths cannot be set once more for a back end that already runs. */
function isInitialised(tf: TensorFlow): boolean {
  return "wasm" in tf.engine().registry;
}

function binariesFolder(): string {
  const resolve = createRequire(import.meta.url).resolve;
  return dirname(resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm")) + sep;
}

async function describeDevice(tf: TensorFlow): Promise<string> {
  const hasSimd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true;
  return `WebAssembly${hasSimd ? " with SIMD" : ""} on ${cpus()[0]?.model ?? "an unknown CPU"}`;
}
