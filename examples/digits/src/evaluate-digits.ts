/** Function module: how well the model reads digits that it has never seen. Every export is a node of the graph. */
import {
  type DenseArray,
  type Model,
  type Normalisation,
  normalised,
  predict,
} from "@weirflow/compute";
import { svgToPng } from "@weirflow/png";
import { node, type NodeContext } from "weirflow";
import {
  accuracyOf,
  type Confusion,
  confusionOf,
  DIGITS,
  type DigitScore,
  scoresCsv,
  scoresOf,
} from "./confusion.ts";
import { confusionChart } from "./confusion-chart.ts";
import { TooInaccurateError } from "./errors.ts";
import { PIXELS, SIDE } from "./idx-file.ts";
import { imageSheet } from "./image-sheet.ts";

/** Images on the sheet of misread ones at most. */
const SHOWN = 60;

/** What is kept of how good the model is. */
export interface DigitResults {
  /** The share of test images that are read right, 0 to 1. */
  readonly accuracy: number;
  readonly images: number;
  readonly misread: number;
  readonly scores: readonly DigitScore[];
}

/** How likely the model thinks each digit of each test image. */
export const likelihoods = async (
  {
    digitModel,
    testImages,
    greyness,
  }: { digitModel: Model; testImages: Uint8Array; greyness: Normalisation },
  { signal }: NodeContext,
): Promise<DenseArray> => {
  const samples = { values: testImages, shape: [testImages.length / PIXELS, SIDE, SIDE, 1] };
  return await predict(digitModel, normalised({ samples, normalisation: greyness }), { signal });
};

/** The likeliest digit of each test image. */
export const said = ({ likelihoods }: { likelihoods: DenseArray }): Uint8Array => {
  const { values } = likelihoods;
  return Uint8Array.from({ length: values.length / DIGITS }, (_, row) => {
    const ten = values.subarray(row * DIGITS, (row + 1) * DIGITS);
    return ten.indexOf(Math.max(...ten));
  });
};

/** Of each digit, how often it was read as each; saved as a chart. */
export const confusion = node(
  (
    { said, testLabels }: { said: Uint8Array; testLabels: Uint8Array },
    { artifact }: NodeContext,
  ): Confusion => {
    const confusion = confusionOf(testLabels, said);
    artifact({
      key: "confusion",
      kind: "chart",
      title: "What was read as what",
      mediaType: "image/svg+xml",
      body: confusionChart(confusion),
    });
    return confusion;
  },
  { cache: "disable", tags: { stage: "save" } },
);

/** How well each digit is read; saved as a table. */
export const scores = node(
  ({ confusion }: { confusion: Confusion }, { artifact }: NodeContext): readonly DigitScore[] => {
    const scores = scoresOf(confusion);
    const body = scoresCsv(scores);
    artifact({
      key: "scores",
      kind: "table",
      title: "Digit by digit",
      mediaType: "text/csv",
      body,
    });
    return scores;
  },
  { cache: "disable", tags: { stage: "save" } },
);

/** Positions of the test images that are misread; the first of them are saved as a picture. */
export const misread = node(
  async (
    {
      said,
      testLabels,
      testImages,
    }: { said: Uint8Array; testLabels: Uint8Array; testImages: Uint8Array },
    { artifact }: NodeContext,
  ): Promise<Int32Array> => {
    const rows = Int32Array.from(
      Array.from(testLabels).flatMap((label, row) => (label === said[row] ? [] : [row])),
    );
    const shown = Array.from(rows.subarray(0, SHOWN), (row) => ({
      image: testImages.subarray(row * PIXELS, (row + 1) * PIXELS),
      caption: `${testLabels[row]} as ${said[row]}`,
    }));
    artifact({
      key: "misread",
      kind: "image",
      title: "Misread digits",
      mediaType: "image/png",
      fileName: "misread.png",
      body: await svgToPng(imageSheet(shown)),
    });
    return rows;
  },
  { cache: "disable", tags: { stage: "save" } },
);

/** All that is known about how good the model is. */
export const digitResults = ({
  confusion,
  scores,
  misread,
}: {
  confusion: Confusion;
  scores: readonly DigitScore[];
  misread: Int32Array;
}): DigitResults => ({
  accuracy: accuracyOf(confusion),
  images: scores.reduce((sum, { count }) => sum + count, 0),
  misread: misread.length,
  scores,
});

/** Ends the run when the model is not good enough, once everything about it is saved. */
export const qualityGate = ({
  digitResults,
  minAccuracy = 0.97,
}: {
  digitResults: DigitResults;
  minAccuracy?: number;
}): { readonly accuracy: number; readonly minAccuracy: number } => {
  const { accuracy, images, misread } = digitResults;
  if (accuracy < minAccuracy)
    throw new TooInaccurateError({ accuracy, minAccuracy, images, misread });
  return { accuracy, minAccuracy };
};
