/**
 * Widths of U+0020 to U+007E in thousandths of the font size: for each character the widest of Inter, Arial (as
 * Liberation Sans) and DejaVu Sans, so that text fits whichever of them a viewer has.
 */
const widths = [
  318, 401, 460, 838, 643, 950, 780, 275, 390, 390, 522, 838, 318, 463, 318, 368, 646, 636, 636,
  644, 654, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 556, 1015, 700, 686, 735, 770, 667,
  611, 778, 752, 295, 552, 667, 564, 898, 748, 787, 667, 787, 722, 667, 651, 738, 700, 989, 685,
  685, 685, 390, 368, 390, 838, 556, 500, 613, 635, 568, 635, 615, 369, 635, 634, 278, 278, 579,
  278, 974, 634, 612, 635, 635, 411, 536, 392, 634, 592, 825, 592, 592, 551, 636, 342, 636, 838,
] as const;
const widthOfOther = 750;
const widthOfEllipsis = 1_000;
const widthOfWide = 1_400;
const firstKnown = 0x20;

/** Combining marks and joiners: no width of their own. */
const invisible = /^[\p{M}\p{Cf}]$/u;
/** Emoji and the scripts whose letters fill a square. */
const wide =
  /^[\p{Extended_Pictographic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u{ff00}-\u{ff60}]$/u;

/**
 * An upper estimate of a text's width in the picture's sans-serif font, in pixels.
 *
 * @internal
 */
export function textWidth(text: string, fontSize: number): number {
  let total = 0;
  for (const character of text) total += widthOf(character);
  return (total * fontSize) / 1_000;
}

/**
 * The text, or as much of its beginning as fits, with an ellipsis.
 *
 * @internal
 */
export function fitText(text: string, fontSize: number, maxWidth: number): string {
  if (textWidth(text, fontSize) <= maxWidth) return text;
  const room = maxWidth - textWidth("…", fontSize);
  let width = 0;
  let fitting = "";
  for (const character of text) {
    width += textWidth(character, fontSize);
    if (width > room) break;
    fitting += character;
  }
  return `${fitting.trimEnd()}…`;
}

function widthOf(character: string): number {
  const known = widths[(character.codePointAt(0) ?? 0) - firstKnown];
  if (known !== undefined) return known;
  if (character === "…") return widthOfEllipsis;
  if (invisible.test(character)) return 0;
  return wide.test(character) ? widthOfWide : widthOfOther;
}
