import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { InvalidSvgError } from "./errors.ts";
import { fontFamily, readFonts } from "./fonts.ts";

/** How large a PNG becomes. */
export interface PngOptions {
  /** Pixels of the PNG for each pixel of the SVG, above 0; 2 looks sharp on most screens. @default 2 */
  readonly scale?: number;
  /** A larger picture is scaled down to so many pixels: 4 bytes of memory each. @default 24_000_000 */
  readonly maxPixels?: number;
}

/**
 * Draws an SVG document as PNG, with the font Inter and no other; the same document gives the same bytes everywhere.
 *
 * Of documents with several themes the one outside `@media` is drawn. Takes the calling thread some 0.5 s for a large
 * picture.
 *
 * @throws {@link InvalidSvgError} `png/invalid-svg`.
 * @example
 * const png = await svgToPng(graphSvg(picture, { theme: "light" }));
 */
export async function svgToPng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const { scale = 2, maxPixels = 24_000_000 } = options;
  const fontBuffers = [...(await renderer())];
  const { width, height } = drawing(svg, { font: { fontBuffers: [] } }, (it) => ({
    width: it.width,
    height: it.height,
  }));
  const value = Math.min(scale, Math.sqrt(maxPixels / (width * height)));
  const font = { fontBuffers, defaultFontFamily: fontFamily, sansSerifFamily: fontFamily };
  return drawing(svg, { font, fitTo: { mode: "zoom", value } }, draw);
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
  try {
    return use(resvg);
  } finally {
    resvg.free();
  }
}

function parse(svg: string, options: RenderOptions): Renderer {
  try {
    return new Resvg(svg, options);
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
