import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PictureNode } from "../graph-picture.ts";
import { card, cardSize, cardText, textStart } from "./card-size.ts";
import { edgePath } from "./edge-svg.ts";
import { escapeXml } from "./escape-xml.ts";
import { fitText, oneLine, textWidth } from "./text-width.ts";

describe("textWidth", () => {
  test("grows with the text and the font size", () => {
    expect(textWidth("", 10)).toBe(0);
    expect(textWidth("iiii", 10)).toBeCloseTo(11.12);
    expect(textWidth("WWWW", 10)).toBeCloseTo(39.56);
    expect(textWidth("WWWW", 20)).toBeCloseTo(79.12);
    expect(textWidth("Ж", 10) - textWidth("ж", 10)).toBeCloseTo(1.77);
  });

  test("counts characters, not code units, and wide ones as wide", () => {
    expect(textWidth("日本", 10)).toBe(28);
    expect(textWidth("🚀", 10)).toBe(14);
    expect(textWidth("e\u0301", 10)).toBe(textWidth("e", 10));
  });
});

describe("textWidth beside what a browser measures", () => {
  // the widest of Inter Medium, Liberation Sans and DejaVu Sans at 1,000 px, as Chromium gives it
  test.each([
    ["prepareData_v2", 8_007],
    ["GŁÓWNE Œuvre", 8_111],
    ["Žluťoučký kůň", 7_054],
    ["ЩУКА йогурт", 7_012],
    ["Ύδωρ Θάλασσα", 7_851],
    ["Ưu điểm", 4_312],
    ["שלום עולם", 4_662],
    ["مرحبا", 2_313],
    ["½ ‰ № → ⇔", 6_481],
  ])("%s takes no less than %i", (text, measured) => {
    expect(textWidth(text, 1_000)).toBeGreaterThanOrEqual(measured);
    expect(textWidth(text, 1_000)).toBeLessThanOrEqual(measured * 3);
  });
});

describe("oneLine", () => {
  test("joins lines, and does not let a name turn the direction of what follows", () => {
    expect(oneLine(" a\n\tb \r\n c ")).toBe("a b c");
    expect(oneLine("\u202eedon\u202c \u2067x\u2069")).toBe("edon x");
    expect(oneLine("👩\u200d🚀")).toBe("👩\u200d🚀");
  });
});

describe("fitText", () => {
  test("never exceeds the room, unless the ellipsis alone does", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 13, max: 200 }),
        (text, room) => {
          expect(textWidth(fitText(text, 13, room), 13)).toBeLessThanOrEqual(room);
        },
      ),
    );
  });

  test("leaves a text that fits as it is", () => {
    expect(fitText("ageMean", 13, 100)).toBe("ageMean");
  });

  test("cuts between characters, without a blank before the ellipsis", () => {
    expect(fitText("one two three", 10, 33)).toBe("one…");
    expect(fitText("🚀🚀🚀", 10, 30)).toBe("🚀…");
    expect(fitText("👩\u200d🚀👩\u200d🚀", 10, 30)).toBe("👩…");
  });
});

describe("cardSize", () => {
  const node: PictureNode = { id: "a", label: "ageZeroMeanUnitVariance", kind: "function" };

  test("leaves room for the text, the bar of a group and the status", () => {
    const plain = cardSize(node).width;

    expect(plain).toBeGreaterThan(textStart(node) + textWidth(node.label, card.labelSize));
    expect(cardSize({ ...node, group: "g" }).width - plain).toBe(card.bar);
    expect(cardSize({ ...node, status: "failed" }).width - plain).toBe(card.status + card.gap);
  });

  test("is taller with a detail, and not with an empty one", () => {
    expect(cardSize(node).height).toBe(38);
    expect(cardSize({ ...node, detail: "12 ms" }).height).toBe(50);
    expect(cardSize({ ...node, detail: " \n" }).height).toBe(38);
  });

  test("puts line breaks of a label on one line", () => {
    expect(cardText({ ...node, label: " one\n\ttwo " }).label).toBe("one two");
  });
});

describe("escapeXml", () => {
  test("escapes what has a meaning in XML", () => {
    expect(escapeXml(`<a b="c" d='e'> & more`)).toBe(
      "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt; &amp; more",
    );
  });

  test("replaces what XML cannot hold", () => {
    expect(escapeXml("a\u0000b\u001bc\ud800d\uffff")).toBe("a\ufffdb\ufffdc\ufffdd\ufffd");
    expect(escapeXml("tab\tline\n")).toBe("tab\tline\n");
  });
});

describe("edgePath", () => {
  test("joins points below each other by a line and others by a curve, short of the arrow head", () => {
    const points = [
      { x: 10, y: 0 },
      { x: 10, y: 20 },
      { x: 40, y: 60 },
      { x: 40, y: 80 },
    ];

    expect(edgePath(points)).toBe("M10 0V20C10 40 40 40 40 60V75");
  });

  test("is empty without points", () => {
    expect(edgePath([])).toBe("");
  });
});
