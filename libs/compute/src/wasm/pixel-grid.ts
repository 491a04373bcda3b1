import type { ConvolutionSizes } from "./convolution-sizes.ts";

/** What is added before and behind, along each axis. */
export type Paddings = readonly (readonly [number, number])[];

/** Places of the filter's corner, some more behind, and the image parted by them. */
export interface PixelGrid {
  readonly width: number;
  readonly pixels: number;
  readonly imagePaddings: Paddings;
  readonly gradientPaddings: Paddings;
  /** The image as pixels, some side by side in one, and their channels. */
  readonly pixelsByChannel: number[];
  /** Then as lines, some below each other in one. */
  readonly linesByRow: number[];
}

/** The grid on which images and gradients of a convolution lie alike. */
export function pixelGrid(sizes: ConvolutionSizes): PixelGrid {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = sizes;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = sizes;
  const height = Math.max(
    outHeight + Math.floor((filterHeight - 1) / strideHeight),
    Math.ceil((padInfo.top + inHeight) / strideHeight),
  );
  const width = Math.max(
    outWidth + Math.floor((filterWidth - 1) / strideWidth),
    Math.ceil((padInfo.left + inWidth) / strideWidth),
  );
  return {
    width,
    pixels: batchSize * height * width,
    imagePaddings: [
      [0, 0],
      [padInfo.top, height * strideHeight - padInfo.top - inHeight],
      [padInfo.left, width * strideWidth - padInfo.left - inWidth],
      [0, 0],
    ],
    gradientPaddings: [
      [0, 0],
      [0, height - outHeight],
      [0, width - outWidth],
      [0, 0],
    ],
    pixelsByChannel: [batchSize * height * strideHeight * width, strideWidth * inChannels],
    linesByRow: [strideWidth * inChannels * batchSize * height, strideHeight, width],
  };
}
