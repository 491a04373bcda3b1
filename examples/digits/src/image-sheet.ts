import { crc32, deflateSync } from "node:zlib";
import { PIXELS, SIDE } from "./idx-file.ts";

/** An image, and what is written under it. */
export interface Captioned {
  /** 784 grey values; 255 is ink. */
  readonly image: Uint8Array;
  readonly caption: string;
}

const COLUMNS = 10;
const CELL = 64;

/** Images side by side with their captions, as an SVG document. */
export function imageSheet(images: readonly Captioned[]): string {
  const height = Math.max(1, Math.ceil(images.length / COLUMNS)) * CELL;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${COLUMNS * CELL}" height="${height}" viewBox="0 0 ${COLUMNS * CELL} ${height}" font-family="Inter" font-size="11" text-anchor="middle">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...images.map(({ image, caption }, at) => {
      const [x, y] = [(at % COLUMNS) * CELL, Math.floor(at / COLUMNS) * CELL];
      const data = Buffer.from(greyPng(image)).toString("base64");
      const picture = `<image x="${x + 11}" y="${y + 2}" width="42" height="42" href="data:image/png;base64,${data}"/>`;
      return `${picture}<text x="${x + CELL / 2}" y="${y + 58}" fill="#111827">${caption}</text>`;
    }),
    "</svg>",
  ].join("\n");
}

/** One image as PNG: 8 bits of grey, dark ink on white paper. */
function greyPng(image: Uint8Array): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, SIDE);
  view.setUint32(4, SIDE);
  header[8] = 8; // bits of a pixel; the rest stays 0: grey, deflate, no filter, no interlacing
  const rows = new Uint8Array(PIXELS + SIDE); // each row begins with its filter: none
  for (let row = 0; row < SIDE; row += 1)
    rows.set(
      image.subarray(row * SIDE, (row + 1) * SIDE).map((ink) => 255 - ink),
      row * (SIDE + 1) + 1,
    );
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const chunks = [
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", new Uint8Array()),
  ];
  return Buffer.concat([signature, ...chunks]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.byteLength, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
