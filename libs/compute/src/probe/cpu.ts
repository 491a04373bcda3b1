import { cpus, totalmem } from "node:os";
import { activate, type Probe, type ProbeResult } from "./probe.ts";

/** Plain JavaScript: slow, and always there. @internal */
export const cpuProbe: Probe = { name: "cpu", label: "plain JavaScript", isGpu: false, probe };

async function probe(): Promise<ProbeResult> {
  const tf = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-backend-cpu");
  if (!(await activate(tf, "cpu"))) return { kind: "skipped", reason: "did not come up" };
  const device = `JavaScript on ${cpus()[0]?.model ?? "an unknown CPU"}`;
  return { kind: "ready", tf, isGpu: false, device, memoryBytes: totalmem() };
}
