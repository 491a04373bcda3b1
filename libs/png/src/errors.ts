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
