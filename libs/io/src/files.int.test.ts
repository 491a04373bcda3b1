import { appendFile, lstat, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { folderTest as test } from "../test/fixture.ts";
import { FileMissingError, TooLargeError } from "./errors.ts";
import { fileParts, readWhole } from "./open-file.ts";
import { writeWhole } from "./write-whole.ts";

const { signal } = new AbortController();
const maxBytes = 1_000_000;

async function drain(parts: AsyncIterable<Uint8Array>): Promise<number> {
  let sizeBytes = 0;
  for await (const part of parts) sizeBytes += part.length;
  return sizeBytes;
}

describe("writeWhole", () => {
  test("leaves the whole of one content when several write at once", async ({ folder }) => {
    const path = join(folder, "file");
    const contents = ["a", "b", "c", "d"].map((letter) => letter.repeat(50_000));

    await Promise.all(
      contents.map(async (text) => await writeWhole({ path, parts: [text], maxBytes, signal })),
    );

    expect(contents).toContain(await readFile(path, "utf8"));
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("shows a reader the old content until the new one is whole", async ({ folder }) => {
    const path = join(folder, "file");
    await writeFile(path, "old");
    const seen: number[] = [];
    const parts = function* (): Generator<string> {
      for (let i = 0; i < 3; i++) {
        yield "new ";
        seen.push(i);
      }
    };
    const { ino } = await stat(path);

    await writeWhole({ path, parts: parts(), maxBytes, signal });

    expect(seen).toEqual([0, 1, 2]);
    expect(await readFile(path, "utf8")).toBe("new new new ");
    expect((await stat(path)).ino).not.toBe(ino); // another file, not the old one written over
  });

  test("keeps the rights of the file and the link that led to it", async ({ folder }) => {
    const path = join(folder, "link");
    await writeFile(join(folder, "file"), "old", { mode: 0o600 });
    await symlink("file", path);

    await writeWhole({ path, parts: ["new"], maxBytes, signal });

    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, "file"), "utf8")).toBe("new");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).toSorted()).toEqual(["file", "link"]);
  });

  test("takes names as long as the file system does", async ({ folder }) => {
    const path = join(folder, "名".repeat(85)); // 255 bytes

    await writeWhole({ path, parts: ["new"], maxBytes, signal });

    expect(await readFile(path, "utf8")).toBe("new");
  });

  test.for([1, 5, 6])(
    "stops when it is cancelled before part %i of five",
    async (last, { folder }) => {
      const path = join(folder, "file");
      await writeFile(path, "old");
      const stop = new AbortController();
      const parts = function* (): Generator<string> {
        for (let part = 1; ; part++) {
          if (part === last) stop.abort(new RangeError("cancelled"));
          if (part > 5) return;
          yield "x".repeat(1_000);
        }
      };

      await expect(
        writeWhole({ path, parts: parts(), maxBytes, signal: stop.signal }),
      ).rejects.toThrow("cancelled");

      expect(await readFile(path, "utf8")).toBe("old");
      expect(await readdir(folder)).toEqual(["file"]);
    },
  );

  test("looks whether it is cancelled in the midst of a large part", async ({ folder }) => {
    const { signal } = new AbortController();
    const look = vi.spyOn(signal, "throwIfAborted");
    const parts = [new Uint8Array(8 * 1024 ** 2)];

    await writeWhole({ path: join(folder, "file"), parts, maxBytes: 1024 ** 3, signal });

    expect(look.mock.calls.length).toBeGreaterThanOrEqual(8);
  });

  test("leaves nothing when the content breaks off, and throws what it threw", async ({
    folder,
  }) => {
    const path = join(folder, "file");
    await writeFile(path, "old");
    const parts = function* (): Generator<string> {
      yield "new";
      throw new RangeError("no more");
    };

    await expect(writeWhole({ path, parts: parts(), maxBytes, signal })).rejects.toThrow(
      new RangeError("no more"),
    );

    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("counts bytes, not characters", async ({ folder }) => {
    const write = async (maxBytes: number) =>
      await writeWhole({ path: join(folder, "file"), parts: ["ö", "ö"], maxBytes, signal });

    expect(await write(4)).toMatchObject({ sizeBytes: 4 });
    await expect(write(3)).rejects.toThrow(TooLargeError);
  });
});

describe("fileParts", () => {
  test("gives the bytes in order", async ({ folder }) => {
    const path = join(folder, "file");
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
    await writeFile(path, bytes);

    expect(new Uint8Array(await readWhole({ path, maxBytes, signal }))).toEqual(bytes);
  });

  test("stops at a file that grows beyond the limit while it is read", async ({ folder }) => {
    const path = join(folder, "file");
    await writeFile(path, "x".repeat(maxBytes));
    const parts = fileParts({ path, maxBytes, signal });

    await parts.next();
    await appendFile(path, "more");

    await expect(drain(parts)).rejects.toThrow(TooLargeError);
  });

  test("closes the file when the reader stops early", async ({ folder }) => {
    const path = join(folder, "file");
    await writeFile(path, "x".repeat(200_000));
    const parts = fileParts({ path, maxBytes, signal });

    await parts.next();
    await parts.return(undefined);

    expect(await parts.next()).toEqual({ done: true, value: undefined });
  });

  test("says when even the folder is missing", async ({ folder }) => {
    const path = join(folder, "none/file");

    const failing = readWhole({ path, maxBytes, signal });

    await expect(failing).rejects.toThrow(FileMissingError);
    await expect(failing).rejects.toMatchObject({
      hint: expect.stringContaining("empty or missing"),
    });
  });

  test("stops when it is cancelled half-way", async ({ folder }) => {
    const path = join(folder, "file");
    await writeFile(path, "x".repeat(500_000));
    const stop = new AbortController();
    const parts = fileParts({ path, maxBytes, signal: stop.signal });

    await parts.next();
    stop.abort(new RangeError("cancelled"));

    await expect(drain(parts)).rejects.toThrow("cancelled");
  });
});
