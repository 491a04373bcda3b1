/** @internal */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where each of several rectangles goes, and how much room they take together. @internal */
export interface Packing extends Size {
  readonly places: readonly { readonly x: number; readonly y: number }[];
}

/** Width over height of the frame that a packing should fit well. */
const aspect = 1.6;
/** How wide packings are tried, in shares of the width of a frame that is filled. */
const tries = [1, 1.15, 1.3, 1.5, 1.75, 2];
/** More parts than this come out well enough the first time. */
const mostTriedParts = 300;

/**
 * Packs rectangles closely, tallest first and each as high up as it fits; equal ones stay in the given order.
 *
 * @internal
 */
export function packParts(sizes: readonly Size[], gap: number): Packing {
  const room = { area: 0, widest: 0 };
  for (const { width, height } of sizes) {
    room.area += (width + gap) * (height + gap);
    room.widest = Math.max(room.widest, width);
  }
  const order = [...sizes.entries()].sort(([, a], [, b]) => b.height - a.height);
  const shares = sizes.length > mostTriedParts ? tries.slice(1, 2) : tries;
  const packings = shares.map((share) =>
    packWithin(Math.max(room.widest, share * Math.sqrt(room.area * aspect)), order, gap),
  );
  return packings.reduce((best, other) => (frameOf(other) < frameOf(best) ? other : best));
}

/** The height of the smallest frame that holds a packing. */
function frameOf({ width, height }: Size): number {
  return Math.max(width / aspect, height);
}

/** A stretch of the lower edge of what is packed. */
interface Ledge {
  readonly x: number;
  readonly end: number;
  readonly y: number;
}

function packWithin(
  limit: number,
  order: readonly (readonly [number, Size])[],
  gap: number,
): Packing {
  const places = order.map(() => ({ x: 0, y: 0 }));
  let ledges: readonly Ledge[] = [{ x: 0, end: limit + gap, y: 0 }];
  let [width, height] = [0, 0];
  for (const [index, size] of order) {
    const place = highestPlace(ledges, size.width + gap);
    places[index] = place;
    width = Math.max(width, place.x + size.width);
    height = Math.max(height, place.y + size.height);
    ledges = lowered(ledges, {
      x: place.x,
      end: place.x + size.width + gap,
      y: place.y + size.height + gap,
    });
  }
  return { places, width, height };
}

function highestPlace(
  ledges: readonly Ledge[],
  width: number,
): { readonly x: number; readonly y: number } {
  let best = { x: 0, y: Infinity };
  for (const [index, { x }] of ledges.entries()) {
    const y = lowestOver(ledges, index, x + width, best.y);
    if (y < best.y) best = { x, y };
  }
  return best;
}

/** The lowest ledge from one on up to `end`; Infinity beyond the last, or once it cannot be above `limit`. */
function lowestOver(ledges: readonly Ledge[], from: number, end: number, limit: number): number {
  let y = 0;
  for (let index = from; y < limit; index += 1) {
    const ledge = ledges[index];
    if (ledge === undefined) return Infinity;
    y = Math.max(y, ledge.y);
    if (ledge.end >= end - tolerance) return y;
  }
  return Infinity;
}

const tolerance = 1e-6;

function lowered(ledges: readonly Ledge[], by: Ledge): readonly Ledge[] {
  const left = ledges
    .filter(({ x }) => x < by.x)
    .map((it) => ({ ...it, end: Math.min(it.end, by.x) }));
  const right = ledges
    .filter(({ end }) => end > by.end + tolerance)
    .map((it) => ({ ...it, x: Math.max(it.x, by.end) }));
  return [...left, by, ...right];
}
