/**
 * Widths in thousandths of the font size, of U+0020 to U+007E, Greek and Cyrillic: for each character the widest of Inter,
 * Arial (as Liberation Sans) and DejaVu Sans, regular and medium, so that text fits whichever of them a viewer has.
 */
const tables = [
  {
    first: 0x20,
    widths: [
      318, 401, 460, 838, 644, 951, 780, 275, 391, 391, 522, 838, 318, 464, 318, 368, 646, 637, 637,
      645, 655, 637, 637, 637, 637, 637, 337, 337, 838, 838, 838, 557, 1016, 700, 687, 736, 771,
      667, 611, 778, 752, 295, 552, 667, 565, 898, 753, 788, 667, 788, 723, 667, 651, 742, 700, 989,
      686, 685, 686, 391, 368, 391, 838, 557, 500, 613, 635, 568, 635, 616, 369, 635, 634, 278, 278,
      580, 278, 975, 634, 612, 635, 635, 412, 536, 393, 634, 592, 825, 592, 592, 552, 637, 343, 637,
      838,
    ],
  },
  {
    first: 0x391,
    widths: [
      700, 687, 578, 700, 667, 686, 752, 788, 295, 667, 700, 898, 753, 650, 788, 752, 667, 1013,
      645, 651, 685, 798, 686, 836, 768, 295, 685, 660, 553, 634, 339, 587, 660, 639, 592, 612, 553,
      544, 634, 612, 339, 645, 593, 638, 599, 558, 612, 690, 635, 587, 645, 603, 587, 769, 606, 766,
      853,
    ],
  },
  {
    first: 0x400,
    widths: [
      667, 668, 865, 610, 719, 667, 295, 295, 552, 1097, 1130, 905, 710, 753, 640, 752, 700, 687,
      687, 610, 782, 667, 1078, 645, 753, 753, 710, 752, 898, 752, 788, 752, 667, 736, 651, 640,
      861, 686, 777, 732, 1070, 1094, 833, 886, 687, 719, 1080, 723, 613, 617, 590, 526, 692, 616,
      901, 532, 650, 650, 604, 640, 757, 654, 612, 654, 635, 568, 583, 592, 855, 592, 681, 591, 916,
      942, 707, 790, 590, 549, 842, 602, 616, 616, 625, 526, 554, 536, 278, 278, 278, 933, 906, 652,
      604, 650, 592, 654,
    ],
  },
] as const;
/** Letters and digits of other scripts. */
const widthOfLetter = 1_200;
/** What an accent may stand out. */
const widthOfAccent = 200;
const widthOfEllipsis = 1_000;
const widthOfWide = 1_400;
/** Signs that are no letters: arrows, circled digits, the sign for ten thousandths. */
const widthOfOther = 1_750;

const letter = /^[\p{L}\p{Nd}\p{Pd}\p{Pi}\p{Pf}]$/u;
/** Combining marks and joiners: no width of their own. */
const invisible = /^[\p{M}\p{Cf}]$/u;
/** Emoji, the scripts whose letters fill a square, and letters for formulas. */
const wide =
  /^[\p{Extended_Pictographic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u{ff00}-\u{ff60}\u{1d400}-\u{1d7ff}]$/u;
/** Marks that turn the direction of what follows: a name could show as another. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text without line breaks, and without marks that turn its direction. @internal */
export function oneLine(text: string): string {
  return text.replace(turning, "").replace(/\s+/gu, " ").trim();
}

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
  return `${fitting.replace(/[\p{Cf}\s]+$/u, "")}…`;
}

function widthOf(character: string): number {
  const known = knownWidth(character.codePointAt(0) ?? 0);
  if (known !== undefined) return known;
  if (character === "…") return widthOfEllipsis;
  if (invisible.test(character)) return 0;
  if (wide.test(character)) return widthOfWide;
  if (!letter.test(character)) return widthOfOther;
  const parts = Array.from(character.normalize("NFKD")); // a letter and its accent, the letters of a ligature
  return parts.length === 1
    ? widthOfLetter
    : parts.reduce((width, part) => width + widthOf(part), widthOfAccent);
}

function knownWidth(code: number): number | undefined {
  for (const { first, widths } of tables) {
    const width = widths[code - first];
    if (width !== undefined) return width;
  }
  return undefined;
}
