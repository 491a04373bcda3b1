import type { TensorFlow } from "../tensor-backend.ts";
import {
  type ConvolutionSizes,
  convolutionSizes,
  type FilterGradientAttrs,
  type FilterGradientInputs,
  isPlainConvolution,
} from "./convolution-sizes.ts";
import { type Paddings, type PixelGrid, pixelGrid } from "./pixel-grid.ts";
import {
  areFilledFloats,
  type KernelFunc,
  Scratch,
  type TensorInfo,
  type WasmBackend,
  wasmKernels,
} from "./wasm-backend.ts";

/**
 * The gradient of a convolution by its filter, which the back end lacks: for each tap of the filter the product of what the
 * tap saw and the gradient of the result.
 *
 * Images are padded and turned once so that each channel is one long row of pixels, and the gradient is laid on the same
 * grid, with zeros where the filter never stood. What a tap saw is then all of it from one pixel on: where a row of the
 * image ends and the next one begins, it meets zeros. Strides part the image: of each stride's first, second, … pixels.
 *
 * @param fallback - for images whose channels come first, and for values that are not 32 bit floats.
 */
export function filterGradient(tf: TensorFlow, fallback: KernelFunc): KernelFunc {
  const { PadV2, Transpose, BatchMatMul } = wasmKernels(tf, "PadV2", "Transpose", "BatchMatMul");
  return (call) => {
    const { x, dy } = call.inputs as unknown as FilterGradientInputs;
    const attrs = call.attrs as unknown as FilterGradientAttrs;
    if (!isPlainConvolution(attrs) || !areFilledFloats(x, dy)) return fallback(call);
    const backend = call.backend as WasmBackend;
    const sizes = convolutionSizes(tf, x.shape, attrs.filterShape, { ...attrs, isByDepth: false });
    const { filterHeight, filterWidth, inChannels, outChannels } = sizes;
    const grid = pixelGrid(sizes);
    const out = backend.makeOutput(attrs.filterShape, "float32");
    using scratch = new Scratch(backend);
    const padded = (of: TensorInfo, paddings: Paddings): TensorInfo =>
      paddings.flat().some((count) => count > 0)
        ? scratch.run(PadV2, { x: of }, { paddings, constantValue: 0 })
        : of;
    const turned = (of: TensorInfo, shape: number[], perm: number[]): TensorInfo =>
      scratch.run(Transpose, { x: { ...of, shape } }, { perm });
    const channels = turned(padded(x, grid.imagePaddings), grid.pixelsByChannel, [1, 0]);
    const parts =
      sizes.strideHeight === 1 ? channels : turned(channels, grid.linesByRow, [1, 0, 2]);
    const gradient = {
      ...padded(dy, grid.gradientPaddings),
      shape: [1, grid.pixels, outChannels],
    };
    const shape = [1, filterWidth * inChannels, grid.pixels];
    // one tap sees the first part as it is
    const isOneTap = filterHeight * filterWidth === 1;
    const seen = isOneTap ? { ...parts, shape } : scratch.make(shape);
    for (let i = 0; i < filterHeight; i++) {
      if (!isOneTap) copyRowSeen(backend, { parts, seen, sizes, grid, i });
      using row = new Scratch(backend);
      const made = row.run(BatchMatMul, { a: seen, b: gradient }, plainProduct);
      const at = i * filterWidth * inChannels * outChannels;
      backend.typedArrayFromHeap(out).set(backend.typedArrayFromHeap(made), at);
    }
    return out;
  };
}

const plainProduct = { transposeA: false, transposeB: false };

interface RowOfTaps {
  readonly parts: TensorInfo;
  readonly seen: TensorInfo;
  readonly sizes: ConvolutionSizes;
  readonly grid: PixelGrid;
  readonly i: number;
}

/** Copies what each tap of a row saw: its part of the image from its pixel on, and zeros behind the last one. */
function copyRowSeen(backend: WasmBackend, { parts, seen, sizes, grid, i }: RowOfTaps): void {
  const { filterWidth, strideHeight, strideWidth, inChannels } = sizes;
  const size = inChannels * grid.pixels;
  // anew for each row: the memory may have grown
  const [from, to] = [backend.typedArrayFromHeap(parts), backend.typedArrayFromHeap(seen)];
  for (let j = 0; j < filterWidth; j++) {
    const part = (i % strideHeight) * strideWidth + (j % strideWidth);
    const pixel = Math.floor(i / strideHeight) * grid.width + Math.floor(j / strideWidth);
    const whole = from.subarray(part * size + pixel, (part + 1) * size + pixel);
    to.set(whole, j * size);
    to.fill(0, j * size + whole.length, (j + 1) * size);
  }
}
