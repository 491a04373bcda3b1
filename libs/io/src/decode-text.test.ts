import { constants } from "node:buffer";
import { describe, expect, test } from "vitest";
import { decodeParts, decodeText } from "./decode-text.ts";
import { FileFormatError, InvalidOptionError } from "./errors.ts";

const source = { path: "a.txt", format: "text" };

async function* partsOf(bytes: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes);
}

describe("decodeText", () => {
  test("leaves out a byte order mark at the start alone", () => {
    const text = decodeText(Buffer.from("\ufeffa\ufeffb"), source);

    expect(text).toBe("a\ufeffb");
  });

  test("tells bytes of another encoding from a text that is too long", () => {
    const tooLong = new Uint8Array(constants.MAX_STRING_LENGTH + 1);

    expect(() => decodeText(Uint8Array.of(0xff), source)).toThrow(
      '"a.txt" cannot be read as text: it is not UTF-8',
    );
    expect(() => decodeText(tooLong, source)).toThrow(FileFormatError);
    expect(() => decodeText(tooLong, source)).toThrow("longer than a text can be");
  });

  test("names an encoding that nobody knows", () => {
    expect(() => decodeText(Uint8Array.of(), { ...source, encoding: "latin" })).toThrow(
      InvalidOptionError,
    );
  });
});

describe("decodeParts", () => {
  test.each([1, 2, 3, 5])("joins characters that parts of %i bytes cut", async (sizeBytes) => {
    const bytes = Buffer.from("\ufeffgröße 名 😀");
    let text = "";

    for await (const part of decodeParts(partsOf(bytes, sizeBytes), source)) text += part;

    expect(text).toBe("größe 名 😀");
  });

  test("refuses a character that the end cuts", async () => {
    const read = async () => {
      const parts = partsOf(Buffer.from("ö").subarray(0, 1), 1);
      for await (const _ of decodeParts(parts, source));
    };

    await expect(read()).rejects.toThrow("it is not UTF-8");
  });
});
