import { type Confusion, DIGITS } from "./confusion.ts";

const CELL = 36;
const LEFT = 56;
const TOP = 56;

/** The counts as an SVG picture: rows are what the images show, columns what was read; mistakes are red. */
export function confusionChart(confusion: Confusion): string {
  const size = DIGITS * CELL;
  const most = Math.max(1, ...confusion);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + size + 16} ${TOP + size + 16}" font-family="sans-serif" font-size="12" text-anchor="middle">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
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
  const strength = Math.sqrt(count / most).toFixed(2);
  const box = `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="rgba(${colour},${strength})" stroke="#e5e7eb"/>`;
  return count === 0 ? box : box + text(x + CELL / 2, y + CELL * 0.6, String(count));
}

function text(x: number, y: number, content: string): string {
  return `<text x="${x}" y="${y.toFixed(0)}" fill="#111827">${content}</text>`;
}
