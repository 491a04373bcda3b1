import { describe, expect, test } from "vitest";
import { arrowHead } from "./edge-svg.ts";
import { glyphDefinitions } from "./glyphs.ts";
import { legend, type Shown } from "./legend.ts";
import { badgeKind, badgeKinds, dark, groupColour, light, statuses } from "./palette.ts";
import { styleSheet } from "./style-sheet.ts";

/** Relative luminance by WCAG 2.2. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const everything: Shown = {
  kinds: new Set(badgeKinds),
  statuses: new Set(statuses),
  groups: ["train-model", "evaluate-model"],
  hasOptional: true,
};
const nothing: Shown = { kinds: new Set(), statuses: new Set(), groups: [], hasOptional: false };

describe.each([
  ["light", light],
  ["dark", dark],
])("the %s palette", (_, palette) => {
  test("has text that is read easily on cards and on the ground", () => {
    for (const ground of [palette.card, palette.paper]) {
      expect(contrast(palette.text, ground)).toBeGreaterThan(7);
      expect(contrast(palette.muted, ground)).toBeGreaterThan(4.5);
    }
  });

  test("has badges and telling statuses that stand out from a card", () => {
    const { succeeded, cached, running, cancelled, failed } = palette.statuses;
    const telling = [succeeded, cached, running, cancelled, failed];

    for (const colour of [...Object.values(palette.kinds), ...telling])
      expect(contrast(colour, palette.card)).toBeGreaterThan(3);
  });

  test("has a colour of its own for each kind and each telling status", () => {
    const { succeeded, cached, running, cancelled, failed } = palette.statuses;

    expect(new Set(Object.values(palette.kinds)).size).toBe(badgeKinds.length);
    expect(new Set([succeeded, cached, running, cancelled, failed]).size).toBe(5);
    expect(new Set(palette.groups).size).toBe(palette.groups.length);
  });
});

describe("badgeKind", () => {
  test("draws words that it does not know as other", () => {
    expect([badgeKind("task"), badgeKind("stream"), badgeKind("toString")]).toEqual([
      "task",
      "other",
      "other",
    ]);
  });
});

describe("groupColour", () => {
  test("starts over after the last colour", () => {
    expect([groupColour(0), groupColour(7), groupColour(8)]).toEqual([0, 7, 0]);
  });
});

describe("styleSheet", () => {
  test("prefixes every class", () => {
    for (const theme of ["light", "dark", "auto"] as const)
      expect(styleSheet(theme, "p").match(/\.(?!p-)[a-z]/g)).toBeNull();
  });

  test("restates every colour of the light theme in the dark one", () => {
    const selectors = (css: string): readonly string[] =>
      [...css.matchAll(/(\.[^{}]+)\{[^{}]*(?:fill|stroke):#/g)].map(
        ([, selector]) => selector ?? "",
      );

    expect(selectors(styleSheet("dark", "p"))).toEqual(selectors(styleSheet("light", "p")));
  });
});

describe("glyphDefinitions", () => {
  test("defines what is used, once, and nothing else", () => {
    const used = glyphDefinitions({ kinds: new Set(["task"]), statuses: new Set(["failed"]) }, "p");

    expect([...used.matchAll(/id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
      "p-kind-task",
      "p-status-failed",
    ]);
  });

  test("uses only classes that the style sheet has", () => {
    const markup =
      glyphDefinitions(everything, "p") + legend(everything, 400, "p").svg + arrowHead("p");
    const css = styleSheet("light", "p");

    const classes = [...markup.matchAll(/class="([^"]*)"/g)].flatMap(([, all]) => all?.split(" "));
    for (const name of new Set(classes)) expect(css).toContain(`.${name ?? ""}{`);
  });
});

describe("legend", () => {
  test("takes no room when there is nothing to explain", () => {
    expect(legend(nothing, 400, "p")).toEqual({ svg: "", width: 0, height: 0 });
  });

  test("wraps into rows that keep within the width", () => {
    const [wide, narrow] = [legend(everything, 5_000, "p"), legend(everything, 300, "p")];

    expect(wide.height).toBe(26);
    expect(narrow.height).toBeGreaterThan(26);
    expect(narrow.width).toBeLessThanOrEqual(300);
  });

  test("cuts the name of a group that is longer than any row", () => {
    const { svg, width } = legend({ ...nothing, groups: ["m".repeat(200)] }, 300, "p");

    expect(svg).toContain("…</text>");
    expect(width).toBeLessThan(300);
  });
});
