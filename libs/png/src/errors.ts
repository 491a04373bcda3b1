import { WeirError } from "@weirflow/errors";

/** The text is not an SVG document that can be drawn. */
export class InvalidSvgError extends WeirError {
  override readonly code = "png/invalid-svg";

  constructor(cause: unknown) {
    super(`the SVG cannot be drawn: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: "open it in a browser to see what is wrong with it",
      cause,
    });
  }
}

/** An option of the PNG is out of its range. */
export class InvalidPngOptionError extends WeirError {
  override readonly code = "png/invalid-option";
  readonly option: string;
  readonly value: number;

  constructor(option: string, value: number, range: string) {
    super(`the option "${option}" is ${value}, but must be ${range}`, {
      hint: `leave "${option}" out for its default`,
    });
    this.option = option;
    this.value = value;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { option: this.option, value: this.value };
  }
}

/** The SVG is so much longer than wide, or wider than long, that one side would vanish. */
export class UnfitPictureError extends WeirError {
  override readonly code = "png/unfit-picture";
  readonly width: number;
  readonly height: number;
  readonly maxPixels: number;

  constructor(size: { readonly width: number; readonly height: number }, maxPixels: number) {
    super(
      `a picture of ${size.width} × ${size.height} pixels is less than a pixel wide or high when drawn on ${maxPixels} pixels`,
      { hint: "keep it as SVG, or draw a part of the graph" },
    );
    this.width = size.width;
    this.height = size.height;
    this.maxPixels = maxPixels;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { width: this.width, height: this.height, maxPixels: this.maxPixels };
  }
}
