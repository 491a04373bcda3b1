import { type Confusion, DIGITS } from "./confusion.ts";

const CELL = 36;
const LEFT = 56;
const TOP = 56;
/** Viewers that know no media queries show the light colours. */
const DARK =
  "@media (prefers-color-scheme:dark){.dc-paper{fill:#0d1420}.dc-cell{stroke:#223044}.dc-text{fill:#e8eef7}}";

/** The counts as an SVG picture: rows are what the images show, columns what was read; mistakes are red. */
export function confusionChart(confusion: Confusion): string {
  const size = DIGITS * CELL;
  const [width, height] = [LEFT + size + 16, TOP + size + 16];
  const most = Math.max(1, ...confusion);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif" font-size="12" text-anchor="middle">`,
    `<style>${DARK}</style>`,
    `<rect class="dc-paper" width="${width}" height="${height}" fill="#ffffff"/>`,
    text(LEFT + size / 2, 20, "read as"),
    text(24, TOP - 12, "shows"),
    ...Array.from({ length: DIGITS }, (_, digit) => [
      text(LEFT + (digit + 0.5) * CELL, TOP - 8, String(digit)),
      text(LEFT - 14, TOP + (digit + 0.6) * CELL, String(digit)),
    ]).flat(),
    ...Array.from(confusion, (count, at) => cell(count, at, most)),
    "</svg>",
  ].join("\n");
}

function cell(count: number, at: number, most: number): string {
  const [row, column] = [Math.floor(at / DIGITS), at % DIGITS];
  const [x, y] = [LEFT + column * CELL, TOP + row * CELL];
  const colour = row === column ? "37,99,235" : "220,38,38";
  // the root shows a single mistake beside thousands that are right
  const strength = Math.sqrt(count / most);
  const box = `<rect class="dc-cell" x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="rgba(${colour},${strength.toFixed(2)})" stroke="#e5e7eb"/>`;
  const title = `<title>${row} read as ${column}: ${count}</title>`;
  if (count === 0) return `<g>${title}${box}</g>`;
  const [middle, base] = [x + CELL / 2, y + CELL * 0.6];
  const number = strength > 0.5 ? onColour(middle, base, count) : text(middle, base, String(count));
  return `<g>${title}${box}${number}</g>`;
}

function text(x: number, y: number, content: string): string {
  return `<text class="dc-text" x="${x}" y="${y.toFixed(0)}" fill="#111827">${content}</text>`;
}

/** White on a strong colour, whatever the page. */
function onColour(x: number, y: number, count: number): string {
  return `<text x="${x}" y="${y.toFixed(0)}" fill="#ffffff">${count}</text>`;
}
