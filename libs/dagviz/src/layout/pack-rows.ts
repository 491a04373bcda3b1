/** @internal */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where each of several rectangles goes, and how much room they take together. @internal */
export interface Packing extends Size {
  readonly places: readonly { readonly x: number; readonly y: number }[];
}

/** Width over height that a packing of many small rectangles comes near to. */
const aspect = 1.6;

/**
 * Puts rectangles into rows, tallest first; equal ones stay in the given order.
 *
 * @internal
 */
export function packRows(sizes: readonly Size[], gap: number): Packing {
  const limit = rowLimit(sizes, gap);
  const places = sizes.map(() => ({ x: 0, y: 0 }));
  const row = { x: 0, y: 0, height: 0 };
  let width = 0;
  for (const [index, size] of byHeight(sizes)) {
    if (row.x > 0 && row.x + size.width > limit)
      Object.assign(row, { x: 0, y: row.y + row.height + gap, height: 0 });
    places[index] = { x: row.x, y: row.y };
    width = Math.max(width, row.x + size.width);
    row.x += size.width + gap;
    row.height = Math.max(row.height, size.height);
  }
  return { places, width, height: row.y + row.height };
}

function byHeight(sizes: readonly Size[]): readonly (readonly [number, Size])[] {
  return [...sizes.entries()].sort(([, a], [, b]) => b.height - a.height);
}

function rowLimit(sizes: readonly Size[], gap: number): number {
  let area = 0;
  let widest = 0;
  for (const { width, height } of sizes) {
    area += (width + gap) * (height + gap);
    widest = Math.max(widest, width);
  }
  return Math.max(widest, Math.sqrt(area * aspect));
}
