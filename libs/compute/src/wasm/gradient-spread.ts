import type { TensorFlow } from "../tensor-backend.ts";
import type { ConvolutionSizes } from "./convolution-sizes.ts";
import { type Scratch, type TensorInfo, wasmKernels } from "./wasm-backend.ts";

/**
 * Lays out the gradient of a convolution's result so that a plain convolution with the turned filter, without padding, makes
 * the gradient by the image: zeros between where the filter strode, and around it.
 */
export function gradientSpread(
  tf: TensorFlow,
): (scratch: Scratch, dy: TensorInfo, sizes: ConvolutionSizes) => TensorInfo {
  const { PadV2, Slice } = wasmKernels(tf, "PadV2", "Slice");
  return (scratch, dy, sizes) => {
    const { batchSize: batch, inHeight, inWidth, outHeight, outWidth, outChannels } = sizes;
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = sizes;
    const [height, width] = [outHeight * strideHeight, outWidth * strideWidth];
    const pad = (x: TensorInfo, paddings: readonly (readonly [number, number])[]): TensorInfo =>
      paddings.flat().every((count) => count === 0)
        ? x
        : scratch.run(PadV2, { x }, { paddings, constantValue: 0 });
    const lines = { ...dy, shape: [batch * outHeight, 1, outWidth, outChannels] };
    const apart = pad(lines, [
      none,
      [0, strideHeight - 1],
      none,
      [0, (strideWidth - 1) * outChannels],
    ]);
    const grid = { ...apart, shape: [batch, height, width, outChannels] };
    const rows = edges(height, inHeight, filterHeight, padInfo.top);
    const columns = edges(width, inWidth, filterWidth, padInfo.left);
    const begin = [0, rows.skipped, columns.skipped, 0];
    const size = [batch, rows.kept, columns.kept, outChannels];
    const isWhole = rows.kept === height && columns.kept === width;
    const cut = isWhole ? grid : scratch.run(Slice, { x: grid }, { begin, size });
    return pad(cut, [none, rows.added, columns.added, none]);
  };
}

const none = [0, 0] as const;

/** What is cut off the gradient along one axis, and what is added before and behind. */
interface Edges {
  readonly skipped: number;
  readonly kept: number;
  readonly added: readonly [number, number];
}

function edges(size: number, inSize: number, filterSize: number, paddedBefore: number): Edges {
  const before = filterSize - 1 - paddedBefore;
  const skipped = Math.max(0, -before);
  const end = Math.min(size, inSize + paddedBefore);
  const added = [Math.max(0, before), inSize + paddedBefore - end] as const;
  return { skipped, kept: end - skipped, added };
}
