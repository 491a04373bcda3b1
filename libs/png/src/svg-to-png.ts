import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { InvalidPngOptionError, InvalidSvgError, UnfitPictureError } from "./errors.ts";
import { fontFamily, readFonts } from "./fonts.ts";

/** How large a PNG becomes. */
export interface PngOptions {
  /** Pixels of the PNG for each pixel of the SVG, above 0; 2 looks sharp on most screens. @default 2 */
  readonly scale?: number;
  /** A larger picture is scaled down to so many pixels, 1 to 100 million: 4 bytes of memory each. @default 24_000_000 */
  readonly maxPixels?: number;
}

/**
 * Draws an SVG document as PNG, with the font Inter and no other; the same document gives the same bytes everywhere.
 *
 * Of documents with several themes the one outside `@media` is drawn. Takes the calling thread some 0.5 s for a large
 * picture.
 *
 * @throws {@link InvalidSvgError} `png/invalid-svg`.
 * @throws {@link InvalidPngOptionError} `png/invalid-option`.
 * @throws {@link UnfitPictureError} `png/unfit-picture`, when scaling down leaves no pixel of one side.
 * @example
 * const png = await svgToPng(graphSvg(picture, { theme: "light" }));
 */
export async function svgToPng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const { scale = 2, maxPixels = 24_000_000 } = options;
  checkOptions(scale, maxPixels);
  const fontBuffers = [...(await renderer())];
  const { width, height } = drawing(svg, { font: { fontBuffers: [] } }, (it) => ({
    width: it.width,
    height: it.height,
  }));
  const value = Math.min(scale, Math.sqrt(maxPixels / (width * height)));
  if (Math.min(width, height) * value < 0.5)
    throw new UnfitPictureError({ width, height }, maxPixels);
  const font = { fontBuffers, defaultFontFamily: fontFamily, sansSerifFamily: fontFamily };
  return drawing(svg, { font, fitTo: { mode: "zoom", value } }, draw);
}

/** Above this the renderer runs out of the memory that it can address. */
const mostPixels = 100_000_000;

function checkOptions(scale: number, maxPixels: number): void {
  if (!(scale > 0 && scale < Infinity))
    throw new InvalidPngOptionError("scale", scale, "above 0 and finite");
  if (!(maxPixels >= 1 && maxPixels <= mostPixels))
    throw new InvalidPngOptionError("maxPixels", maxPixels, `1 to ${mostPixels}`);
}

type Renderer = InstanceType<typeof Resvg>;
type RenderOptions = ConstructorParameters<typeof Resvg>[1];

let started: Promise<readonly Uint8Array[]> | undefined;

/** Compiles the renderer and reads the fonts once per thread: the renderer refuses to be compiled twice. */
async function renderer(): Promise<readonly Uint8Array[]> {
  started ??= startRenderer();
  return await started;
}

async function startRenderer(): Promise<readonly Uint8Array[]> {
  const { resolve } = createRequire(import.meta.url);
  const [wasm, fonts] = await Promise.all([
    readFile(resolve("@resvg/resvg-wasm/index_bg.wasm")),
    readFonts(),
  ]);
  await initWasm(wasm);
  return fonts;
}

function drawing<T>(svg: string, options: RenderOptions, use: (resvg: Renderer) => T): T {
  const resvg = parse(svg, options);
  const result = orInvalid(() => use(resvg));
  resvg.free();
  return result;
}

function parse(svg: string, options: RenderOptions): Renderer {
  return orInvalid(() => new Resvg(svg, options));
}

/** What the renderer fails on is lost to it: freeing that would fail again, and hide why. */
function orInvalid<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new InvalidSvgError(error);
  }
}

function draw(resvg: Renderer): Uint8Array {
  const image = resvg.render();
  try {
    return image.asPng();
  } finally {
    image.free();
  }
}
