import { WeirError } from "@weirflow/errors";

/** A file of the dataset is missing, or is not in the format IDX. */
export class DigitsFileError extends WeirError {
  override readonly code = "digits/file";
  readonly path: string;

  constructor(path: string, problem: string, cause?: unknown) {
    super(`cannot read digits from "${path}": ${problem}`, {
      hint: "give a folder with the four files of MNIST, such as train-images-idx3-ubyte, or leave the parameter out",
      cause,
    });
    this.path = path;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { path: this.path };
  }
}

/** How good a model is, and how good it has to be. */
export interface Shortfall {
  /** The share of images that were read right, 0 to 1. */
  readonly accuracy: number;
  readonly minAccuracy: number;
  readonly images: number;
  readonly misread: number;
}

/** The quality gate: too few digits are read right. Another attempt would read them the same. */
export class TooInaccurateError extends WeirError {
  override readonly code = "digits/too-inaccurate";
  readonly shortfall: Shortfall;

  constructor(shortfall: Shortfall) {
    const { accuracy, minAccuracy, images, misread } = shortfall;
    super(
      `the model reads ${images - misread} of ${images} digits right (${percent(accuracy)}), less than the ${percent(minAccuracy)} that the quality gate asks for`,
      {
        hint: 'look at the artifacts "training", "confusion" and "misread"; raise `epochs` or `learningCount`, or lower `minAccuracy`',
      },
    );
    this.shortfall = shortfall;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { ...this.shortfall };
  }
}

/** Rounded down: what falls short of 97 % never reads 97.00 %. */
function percent(share: number): string {
  return `${(Math.floor(share * 10_000 + 1e-6) / 100).toFixed(2)} %`;
}
