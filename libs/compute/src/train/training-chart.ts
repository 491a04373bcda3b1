import type { EpochResult } from "./training-options.ts";

interface Curve {
  readonly name: string;
  readonly colour: string;
  /** Epoch and value. */
  readonly points: readonly (readonly [number, number])[];
}

const WIDTH = 640;
const HEIGHT = 320;
const MARGIN = { left: 64, right: 16, top: 40, bottom: 40 };
const TICKS = 4;

/** The losses of a training by epoch, as an SVG picture. */
export function trainingChart(history: readonly EpochResult[]): string {
  const curves = [
    curve("loss", "#2563eb", history, ({ loss }) => loss),
    curve("validation loss", "#dc2626", history, ({ validationLoss }) => validationLoss),
  ].filter(({ points }) => points.length > 0);
  const all = curves.flatMap(({ points }) => points);
  const top = Math.max(Number.MIN_VALUE, ...all.map(([, value]) => value));
  const last = Math.max(2, ...all.map(([epoch]) => epoch));
  const x = (epoch: number): number =>
    MARGIN.left + ((epoch - 1) / (last - 1)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number): number =>
    HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...ticks(top).map((value) => gridLine(y(value), value)),
    label(x(1), HEIGHT - 16, "start", "epoch 1"),
    label(x(last), HEIGHT - 16, "end", `epoch ${last}`),
    ...curves.flatMap((one, index) => [line(one, x, y), legend(one, index)]),
    "</svg>",
  ].join("\n");
}

function curve(
  name: string,
  colour: string,
  history: readonly EpochResult[],
  valueOf: (result: EpochResult) => number | undefined,
): Curve {
  const points = history.flatMap((result): [number, number][] => {
    const value = valueOf(result);
    return value === undefined || !Number.isFinite(value) ? [] : [[result.epoch, value]];
  });
  return { name, colour, points };
}

function ticks(top: number): readonly number[] {
  return Array.from({ length: TICKS + 1 }, (_, index) => (top * index) / TICKS);
}

function gridLine(y: number, value: number): string {
  const rule = `<path d="M${MARGIN.left} ${y.toFixed(1)}H${WIDTH - MARGIN.right}" stroke="#e5e7eb"/>`;
  return rule + label(MARGIN.left - 8, y + 4, "end", value.toPrecision(3));
}

function label(x: number, y: number, anchor: "start" | "end", text: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#374151">${text}</text>`;
}

function line(
  { points, colour }: Curve,
  x: (epoch: number) => number,
  y: (value: number) => number,
): string {
  const [first] = points;
  if (points.length === 1 && first !== undefined)
    return `<circle cx="${x(first[0]).toFixed(1)}" cy="${y(first[1]).toFixed(1)}" r="3" fill="${colour}"/>`;
  const path = points.map(([epoch, value]) => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`);
  return `<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

function legend({ name, colour }: Curve, index: number): string {
  const x = MARGIN.left + index * 140;
  return `<rect x="${x}" y="14" width="12" height="12" fill="${colour}"/>${label(x + 18, 24, "start", name)}`;
}
