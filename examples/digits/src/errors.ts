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

/** The quality gate: too few digits are read right. */
export class TooInaccurateError extends WeirError {
  override readonly code = "digits/too-inaccurate";
  readonly accuracy: number;

  constructor(accuracy: number, threshold: number) {
    super(
      `the model reads ${(100 * accuracy).toFixed(2)} % of the digits, less than ${100 * threshold} %`,
      {
        hint: 'look at the artifacts "confusion" and "misread"; train longer, or lower the parameter minAccuracy',
      },
    );
    this.accuracy = accuracy;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { accuracy: this.accuracy };
  }
}
