export { InvalidPngOptionError, InvalidSvgError, UnfitPictureError } from "./errors.ts";
export { graphPng, type GraphPngOptions } from "./graph-png.ts";
export { type PngOptions, svgToPng } from "./svg-to-png.ts";
