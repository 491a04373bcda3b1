import { type ChartAxis, epochAxis, valueAxis } from "./chart-axis.ts";
import { thinned } from "./training-report.ts";
import type { EpochResult } from "./training-options.ts";

interface Curve {
  readonly name: string;
  /** Its place among the colours; the second is dashed, so that nobody needs to see colours. */
  readonly look: 0 | 1;
  /** Epoch and value. */
  readonly points: readonly (readonly [number, number])[];
}

interface Panel {
  readonly curves: readonly Curve[];
  readonly axis: ChartAxis;
  /** Its upper edge. */
  readonly top: number;
}

type Scale = (value: number) => number;

const WIDTH = 640;
const PANEL = 220;
const MARGIN = { left: 60, right: 20, top: 36, bottom: 16 };
const FOOT = 40;
/** Points of one curve: as many as can be told apart. */
const MAX_POINTS = 240;
/** Larger values cannot be drawn. */
const LARGEST = 1e300;

const LIGHT = {
  paper: "#ffffff",
  grid: "#e2e8f0",
  text: "#334155",
  curves: ["#2563eb", "#c2410c"],
};
/** Viewers that know no media queries show the light colours. */
const DARK = `@media (prefers-color-scheme:dark){.wt-paper{fill:#0d1420}.wt-grid{stroke:#223044}.wt-text{fill:#cbd5e1}.wt-line0{stroke:#60a5fa}.wt-line1{stroke:#fb923c}.wt-dot0{fill:#60a5fa}.wt-dot1{fill:#fb923c}}`;

/**
 * Losses and, of classes, shares of right answers by epoch, as an SVG picture for light and dark pages.
 *
 * @param epochs - how many there are to be at most, for its text. @default those of the history
 * @returns at most some 24 KB, however many epochs there are.
 */
export function trainingChart(history: readonly EpochResult[], epochs?: number): string {
  const panels = panelsOf(thinned(history, MAX_POINTS));
  const last = history.at(-1)?.epoch ?? 1;
  const height = panels.length * PANEL + FOOT;
  const axis = epochAxis(last);
  const x = scale(axis, [MARGIN.left, WIDTH - MARGIN.right]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Inter, system-ui, sans-serif" font-size="12">`,
    `<style>${DARK}</style>`,
    `<rect class="wt-paper" width="${WIDTH}" height="${height}" fill="${LIGHT.paper}"/>`,
    ...panels.flatMap((panel) => panelSvg(panel, x)),
    ...axis.ticks.map((epoch) => text(x(epoch), height - FOOT + 8, "middle", String(epoch))),
    text(MARGIN.left, height - 10, "start", "epoch"),
    text(WIDTH - MARGIN.right, height - 10, "end", `${last} of ${epochs ?? last}`),
    "</svg>",
  ].join("\n");
}

function panelsOf(history: readonly EpochResult[]): readonly Panel[] {
  const losses = curvesOf([
    curve("loss", 0, history, ({ loss }) => loss),
    curve("validation loss", 1, history, ({ validationLoss }) => validationLoss),
  ]);
  const accuracies = curvesOf([
    curve("accuracy", 0, history, ({ accuracy }) => accuracy),
    curve("validation accuracy", 1, history, ({ validationAccuracy }) => validationAccuracy),
  ]);
  const lossAxis = valueAxis(Math.min(0, ...valuesOf(losses)), Math.max(0, ...valuesOf(losses)));
  const accuracyAxis = valueAxis(Math.min(0.98, ...valuesOf(accuracies)), 1);
  return [
    { curves: losses, axis: lossAxis, top: 0 },
    ...(accuracies.length === 0 ? [] : [{ curves: accuracies, axis: accuracyAxis, top: PANEL }]),
  ];
}

function curve(
  name: string,
  look: Curve["look"],
  history: readonly EpochResult[],
  valueOf: (result: EpochResult) => number | undefined,
): Curve {
  const points = history.flatMap((result): [number, number][] => {
    const value = valueOf(result);
    return value === undefined || !(Math.abs(value) <= LARGEST) ? [] : [[result.epoch, value]];
  });
  return { name, look, points };
}

function curvesOf(curves: readonly Curve[]): readonly Curve[] {
  return curves.filter(({ points }) => points.length > 0);
}

function valuesOf(curves: readonly Curve[]): readonly number[] {
  return curves.flatMap(({ points }) => points.map(([, value]) => value));
}

function scale({ from, to }: ChartAxis, [start, end]: readonly [number, number]): Scale {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

function panelSvg({ curves, axis, top }: Panel, x: Scale): readonly string[] {
  const y = scale(axis, [top + PANEL - MARGIN.bottom, top + MARGIN.top]);
  return [
    ...axis.ticks.map((value) => gridLine(y(value), value)),
    ...curves.map((one) => lineSvg(one, x, y)),
    ...curves.flatMap((one, index) => legend(one, MARGIN.left + index * 220, top + 22)),
  ];
}

function gridLine(y: number, value: number): string {
  const rule = `<path class="wt-grid" d="M${MARGIN.left} ${y.toFixed(1)}H${WIDTH - MARGIN.right}" stroke="${LIGHT.grid}"/>`;
  return rule + text(MARGIN.left - 8, y + 4, "end", String(value));
}

function text(x: number, y: number, anchor: "start" | "middle" | "end", content: string): string {
  return `<text class="wt-text" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${LIGHT.text}">${content}</text>`;
}

function lineSvg({ points, look }: Curve, x: Scale, y: Scale): string {
  const [first] = points;
  if (points.length === 1 && first !== undefined)
    return `<circle class="wt-dot${look}" cx="${x(first[0]).toFixed(1)}" cy="${y(first[1]).toFixed(1)}" r="3.5" fill="${LIGHT.curves[look]}"/>`;
  const path = points.map(([epoch, value]) => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`);
  return `<polyline points="${path.join(" ")}" fill="none" ${stroke(look)} stroke-linejoin="round"/>`;
}

/** A piece of the line, its name and its last value. */
function legend({ name, look, points }: Curve, x: number, y: number): readonly string[] {
  const last = points.at(-1)?.[1] ?? 0;
  return [
    `<path d="M${x} ${y - 4}h20" ${stroke(look)}/>`,
    text(x + 28, y, "start", `${name} ${last.toPrecision(4)}`),
  ];
}

function stroke(look: Curve["look"]): string {
  const dashes = look === 0 ? "" : ` stroke-dasharray="6 4"`;
  return `class="wt-line${look}" stroke="${LIGHT.curves[look]}" stroke-width="2"${dashes}`;
}
