import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What the driver says of a GPU; empty where nothing could be asked. @internal */
export interface NvidiaGpu {
  readonly name?: string;
  readonly memoryBytes?: number;
}

const QUERY = ["--query-gpu=name,memory.total", "--format=csv,noheader,nounits"];
const TIMEOUT_MS = 5_000;

/** Asks NVIDIA's driver for its first GPU, which is the one that TensorFlow.js uses. @internal */
export async function nvidiaGpu(): Promise<NvidiaGpu> {
  try {
    const { stdout } = await promisify(execFile)("nvidia-smi", QUERY, { timeout: TIMEOUT_MS });
    return parseNvidiaGpu(stdout);
  } catch {
    return {}; // a container may have the device without the tool
  }
}

/**
 * Reads lines such as `NVIDIA H100 80GB HBM3, 81559` (mebibytes).
 *
 * @internal
 */
export function parseNvidiaGpu(lines: string): NvidiaGpu {
  const [first = ""] = lines.split("\n");
  const comma = first.lastIndexOf(",");
  if (comma <= 0) return {};
  const name = first.slice(0, comma).trim();
  const mebibytes = Number(first.slice(comma + 1));
  return Number.isSafeInteger(mebibytes) && mebibytes > 0
    ? { name, memoryBytes: mebibytes * 2 ** 20 }
    : { name };
}
