import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PACKAGED, readDigits } from "./idx-file.ts";

async function folderWith(images: readonly number[], labels: readonly number[]) {
  const folder = await mkdtemp(join(tmpdir(), "weirflow-digits-"));
  await writeFile(join(folder, "train-images-idx3-ubyte"), Uint8Array.from(images));
  await writeFile(join(folder, "train-labels-idx1-ubyte"), Uint8Array.from(labels));
  return {
    folder,
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true, force: true }),
  };
}

const imagesHead = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28];
const labelsHead = [0, 0, 8, 1, 0, 0, 0, 2];
const twoImages = Array.from({ length: 2 * 784 }, (_, at) => at % 256);

describe("readDigits", () => {
  test("reads the packaged images: the first is a 5, drawn in ink on paper", async () => {
    const { images, labels } = await readDigits(PACKAGED, "train", 10);

    expect([...labels]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(images).toHaveLength(7_840);
    expect(images[0]).toBe(0);
    expect(Math.max(...images.subarray(0, 784))).toBe(255);
  });

  test("reads no more than there are, or than are asked for", async () => {
    await using files = await folderWith([...imagesHead, ...twoImages], [...labelsHead, 3, 4]);

    expect((await readDigits(files.folder, "train", 100)).labels).toEqual(Uint8Array.of(3, 4));
    expect((await readDigits(files.folder, "train", 1)).images).toEqual(
      Uint8Array.from(twoImages.slice(0, 784)),
    );
  });

  test.each([
    [[1, 2, 3, 4, ...imagesHead], "it is no IDX file of bytes with 3 axes"],
    [[...imagesHead.slice(0, 15), 27, ...twoImages], "its items are of the size 28 × 27"],
    [[...imagesHead, 1, 2, 3], "the file ends too early"],
    [[], "the file ends too early"],
  ])("refuses the images %#", async (images, problem) => {
    await using files = await folderWith(images, [...labelsHead, 3, 4]);

    await expect(readDigits(files.folder, "train", 2)).rejects.toMatchObject({
      code: "digits/file",
      message: expect.stringContaining(problem),
    });
  });

  test("says which file is missing", async () => {
    await expect(readDigits("/nowhere", "t10k", 2)).rejects.toThrow(
      'cannot read digits from "/nowhere/t10k-images-idx3-ubyte"',
    );
  });
});
