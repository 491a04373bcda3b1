/** Function module: from the files of MNIST to images to learn from and to be asked about. Every export is a node. */
import { hash } from "node:crypto";
import {
  type DenseArray,
  type Normalisation,
  normalisationOf,
  splitByGroup,
} from "@weirflow/compute";
import { bind, fields, type NodeContext } from "weirflow";
import { type Digits, PACKAGED, PIXELS, readDigits } from "./idx-file.ts";

/** The images that are learnt from, also those that are held back. */
export const learningDigits = async (
  { dataset = PACKAGED, learningCount = 60_000 }: { dataset?: string; learningCount?: number },
  { record }: NodeContext,
): Promise<Digits> =>
  recorded(await readDigits(dataset, "train", learningCount), { dataset, record });

/** Images of other people's hands, that nothing is learnt from. */
export const testDigits = async (
  { dataset = PACKAGED, testCount = 10_000 }: { dataset?: string; testCount?: number },
  { record }: NodeContext,
): Promise<Digits> => recorded(await readDigits(dataset, "t10k", testCount), { dataset, record });

/** Which images are learnt from and which are held back to stop in time; two that are alike stay on one side. */
export const split = ({
  learningDigits,
  seed = 0,
}: {
  learningDigits: Digits;
  seed?: number;
}): { trainRows: Int32Array; validationRows: Int32Array } =>
  splitByGroup({ groups: hashesOf(learningDigits), validationRatio: 0.1, seed });

/** Each part of the split by itself. */
export const { trainRows, validationRows } = fields(split);

const imagesAt = ({ digits, rows }: { digits: Digits; rows: Int32Array }): Uint8Array =>
  pick(digits.images, rows, PIXELS);
const labelsAt = ({ digits, rows }: { digits: Digits; rows: Int32Array }): Uint8Array =>
  pick(digits.labels, rows, 1);

/** What the model learns from. */
export const trainImages = bind(imagesAt, { digits: "learningDigits", rows: "trainRows" });

/** What it should say of them. */
export const trainLabels = bind(labelsAt, { digits: "learningDigits", rows: "trainRows" });

/** What is looked at after each epoch. */
export const validationImages = bind(imagesAt, {
  digits: "learningDigits",
  rows: "validationRows",
});

/** What it should say of these. */
export const validationLabels = bind(labelsAt, {
  digits: "learningDigits",
  rows: "validationRows",
});

/** What the model is asked about in the end. */
export const testImages = ({ testDigits }: { testDigits: Digits }): Uint8Array => testDigits.images;

/** The right answers. */
export const testLabels = ({ testDigits }: { testDigits: Digits }): Uint8Array => testDigits.labels;

/** How grey the images are that the model learns from: others are measured by the same. */
export const greyness = ({ trainImages }: { trainImages: Uint8Array }): Normalisation =>
  normalisationOf({ samples: listOf(trainImages), alike: true });

function recorded(
  digits: Digits,
  { dataset, record }: { readonly dataset: string; readonly record: NodeContext["record"] },
): Digits {
  record({ dataset, images: digits.labels.length });
  return digits;
}

function hashesOf({ images, labels }: Digits): readonly string[] {
  return Array.from(labels, (_, row) =>
    hash("sha1", images.subarray(row * PIXELS, (row + 1) * PIXELS), "hex"),
  );
}

function pick(bytes: Uint8Array, rows: Int32Array, size: number): Uint8Array {
  const picked = new Uint8Array(rows.length * size);
  for (const [at, row] of rows.entries())
    picked.set(bytes.subarray(row * size, (row + 1) * size), at * size);
  return picked;
}

function listOf(images: Uint8Array): DenseArray {
  return { values: images, shape: [images.length / PIXELS, PIXELS] };
}
