import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { intoLines } from "./lines.ts";

const cut = (pieces: readonly string[]): string[] => {
  const lines: string[] = [];
  const take = intoLines((line) => lines.push(line));
  for (const piece of pieces) take(piece);
  return lines;
};

describe("intoLines", () => {
  test("gives the same lines however the stream is cut into pieces", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, unit: "grapheme-ascii" })),
        fc.nat(),
        (words, at) => {
          const text = words.map((word) => `${word}\n`).join("");
          const middle = at % (text.length + 1);
          expect(cut([text.slice(0, middle), text.slice(middle)])).toEqual(cut([text]));
        },
      ),
    );
  });

  test("knows both line ends and leaves out empty lines", () => {
    expect(cut(["a\r\nb\n\nc\n", "d"])).toEqual(["a", "b", "c"]);
  });

  test("cuts a line that never ends", () => {
    const lines = cut(["x".repeat(25_000), "x".repeat(25_000), "\n"]);

    expect(Math.max(...lines.map((line) => line.length))).toBe(10_000);
  });
});
