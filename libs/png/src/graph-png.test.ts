import { inflateSync } from "node:zlib";
import { type GraphPicture, graphSvg } from "@weirflow/dagviz";
import { describe, expect, test } from "vitest";
import { InvalidPngOptionError, InvalidSvgError, UnfitPictureError } from "./errors.ts";
import { graphPng } from "./graph-png.ts";
import { svgToPng } from "./svg-to-png.ts";

const picture: GraphPicture = {
  nodes: [
    { id: "age", label: "age", kind: "input" },
    { id: "mean", label: "ageMean", kind: "function", status: "succeeded" },
  ],
  edges: [{ from: "age", to: "mean" }],
};
const square = (content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">${content}</svg>`;

/** Size and first pixel of a PNG with 8 bits a channel: enough to see what was drawn. */
function look(png: Uint8Array): { width: number; height: number; bytes: Buffer } {
  const buffer = Buffer.from(png);
  expect(buffer.subarray(0, 8).toString("latin1")).toBe("\u0089PNG\r\n\u001a\n");
  const parts: Buffer[] = [];
  for (let at = 8; at < buffer.length; at += 12 + buffer.readUInt32BE(at)) {
    const length = buffer.readUInt32BE(at);
    if (buffer.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(buffer.subarray(at + 8, at + 8 + length));
  }
  return {
    width: buffer.readUInt32BE(16),
    height: buffer.readUInt32BE(20),
    bytes: inflateSync(Buffer.concat(parts)),
  };
}

describe("svgToPng", () => {
  test("draws two pixels for one, or as many as asked for", async () => {
    const svg = square('<rect width="20" height="10" fill="#ff0000"/>');

    expect(look(await svgToPng(svg))).toMatchObject({ width: 40, height: 20 });
    expect(look(await svgToPng(svg, { scale: 3 }))).toMatchObject({ width: 60, height: 30 });
  });

  test("paints what the document says", async () => {
    const { bytes } = look(await svgToPng(square('<rect width="20" height="10" fill="#ff0000"/>')));

    expect([...bytes.subarray(1, 5)]).toEqual([255, 0, 0, 255]);
  });

  test("scales a huge picture down", async () => {
    const { width, height } = look(await svgToPng(square(""), { scale: 100, maxPixels: 800 }));

    expect([width, height]).toEqual([40, 20]);
  });

  test.each(["latin abc", "ελληνικά", "кириллица", "łódź"])("has letters for %s", async (text) => {
    const written = (word: string): string =>
      square(`<text y="9" font-size="9" font-family="Inter,sans-serif">${word}</text>`);

    const drawn = look(await svgToPng(written(text))).bytes;

    expect(drawn.some((byte) => byte !== 0)).toBe(true);
    expect(
      drawn.equals(look(await svgToPng(written(text.replace(/\S/gu, "\u{10ffff}")))).bytes),
    ).toBe(false);
  });

  test("refuses what is no SVG", async () => {
    await expect(svgToPng("<p>hello</p>")).rejects.toThrow(InvalidSvgError);
    await expect(svgToPng("")).rejects.toMatchObject({ code: "png/invalid-svg" });
  });

  test.each([
    ["scale", 0],
    ["scale", -1],
    ["scale", Number.NaN],
    ["scale", Infinity],
    ["maxPixels", 0],
    ["maxPixels", 1e12],
  ] as const)("refuses %s %d, and says what it takes", async (option, value) => {
    const refused = svgToPng(square(""), { [option]: value });

    await expect(refused).rejects.toThrow(InvalidPngOptionError);
    await expect(refused).rejects.toMatchObject({ code: "png/invalid-option", option, value });
  });

  test("refuses a picture of which nothing would be left", async () => {
    const tape = square("").replace('width="20" height="10"', 'width="10" height="1000000000"');

    await expect(svgToPng(tape)).rejects.toThrow(UnfitPictureError);
    await expect(svgToPng(tape)).rejects.toMatchObject({ code: "png/unfit-picture" });
  });

  test("draws a huge picture within its limit", async () => {
    const large = square("").replace('width="20" height="10"', 'width="300000" height="40000"');

    const { width, height } = look(await svgToPng(large, { maxPixels: 30_000 }));

    expect([width, height]).toEqual([474, 63]);
  });

  test("can be called many times at once", async () => {
    const all = await Promise.all([1, 2, 3].map(async () => await svgToPng(square(""))));

    expect(new Set(all.map((png) => Buffer.from(png).toString("base64"))).size).toBe(1);
  });
});

describe("graphPng", () => {
  test("draws the SVG of the same picture at twice its size", async () => {
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(graphSvg(picture)) ?? [];

    expect(look(await graphPng(picture))).toMatchObject({
      width: 2 * Number(width),
      height: 2 * Number(height),
    });
  });

  test("is light, or dark on request", async () => {
    const light = await graphPng(picture);

    expect(Buffer.from(await graphPng(picture, { theme: "light" }))).toEqual(Buffer.from(light));
    expect(Buffer.from(await graphPng(picture, { theme: "dark" }))).not.toEqual(Buffer.from(light));
  });

  test("writes text", async () => {
    const wordless = { ...picture, nodes: picture.nodes.map((node) => ({ ...node, label: "" })) };

    const [written, blank] = [look(await graphPng(picture)), look(await graphPng(wordless))];

    expect(written.bytes.equals(blank.bytes)).toBe(false);
  });
});
