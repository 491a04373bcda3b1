import fc from "fast-check";
import { svgToPng } from "@weirflow/png";
import { describe, expect, test } from "vitest";
import { accuracyOf, confusionOf, scoresCsv, scoresOf } from "./confusion.ts";
import { confusionChart } from "./confusion-chart.ts";
import { imageSheet } from "./image-sheet.ts";

const wanted = Uint8Array.of(3, 3, 3, 7);
const said = Uint8Array.of(3, 3, 7, 7);

describe("confusionOf and what is made of it", () => {
  test("count what was read as what", () => {
    const confusion = confusionOf(wanted, said);

    expect(confusion[33]).toBe(2);
    expect(confusion[37]).toBe(1);
    expect(confusion[77]).toBe(1);
    expect(accuracyOf(confusion)).toBe(0.75);
    const scores = scoresOf(confusion);
    expect(scores[3]).toEqual({ digit: 3, count: 3, recall: 2 / 3, precision: 1 });
    expect(scores[7]).toEqual({ digit: 7, count: 1, recall: 1, precision: 0.5 });
    expect(scoresCsv(scores).split("\n").slice(0, 2)).toEqual([
      "digit,images,recall,precision",
      "0,0,1.0000,1.0000",
    ]);
  });

  test("count every image once, and agree with counting right answers", () => {
    const digits = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1 });
    fc.assert(
      fc.property(digits, (pairs) => {
        const confusion = confusionOf(
          Uint8Array.from(pairs, ([digit]) => digit),
          Uint8Array.from(pairs, ([, read]) => read),
        );

        const right = pairs.filter(([digit, read]) => digit === read).length;
        expect(confusion.reduce((sum, count) => sum + count, 0)).toBe(pairs.length);
        expect(accuracyOf(confusion)).toBeCloseTo(right / pairs.length, 12);
      }),
    );
  });
});

describe("pictures", () => {
  test("of the counts: a cell each, mistakes in red", async () => {
    const svg = confusionChart(confusionOf(wanted, said));

    expect(svg.match(/<rect class="dc-cell"/g)).toHaveLength(100);
    expect(svg).toContain("<title>3 read as 7: 1</title>");
    expect(svg).toContain("<title>3 read as 8: 0</title>");
    expect(svg).toContain('fill="rgba(220,38,38,0.71)"');
    expect(svg).toContain("@media (prefers-color-scheme:dark){.dc-paper{fill:");
    expect((await svgToPng(svg)).byteLength).toBeGreaterThan(1_000);
  });

  test("of images: each with its caption, dark on white", async () => {
    const image = Uint8Array.from({ length: 784 }, (_, at) => (at % 28 === 14 ? 255 : 0));
    const blank = imageSheet([{ image: new Uint8Array(784), caption: "1 as 7" }]);
    const stroke = imageSheet([{ image, caption: "1 as 7" }]);

    expect(stroke).toContain(">1 as 7</text>");
    expect(await svgToPng(stroke)).not.toEqual(await svgToPng(blank));
    expect((await svgToPng(imageSheet([]))).byteLength).toBeGreaterThan(0);
  });
});
