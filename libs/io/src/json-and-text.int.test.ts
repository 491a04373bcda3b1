import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bind, graph, quietContext } from "@weirflow/dataflow";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { folderTest as test, recordingContext } from "../test/fixture.ts";
import {
  FileAccessError,
  FileFormatError,
  FileMissingError,
  TooLargeError,
  UnwritableValueError,
} from "./errors.ts";
import { loadJson } from "./load-json.ts";
import { loadText } from "./load-text.ts";
import { saveJson } from "./save-json.ts";
import { saveText } from "./save-text.ts";

const context = quietContext();

describe("loadJson and saveJson", () => {
  test("what was saved is loaded", async ({ folder }) => {
    const path = join(folder, "value.json");
    // JSON has no -0, and `__proto__` is no key of a plain record
    const json = fc
      .jsonValue({ noUnicodeString: false })
      .map((made) => JSON.parse(JSON.stringify(made)));

    await fc.assert(
      fc.asyncProperty(json, fc.integer({ min: 0, max: 4 }), async (value, indent) => {
        await saveJson({ path, value, indent }, context);
        expect(await loadJson({ path }, context)).toEqual(value);
      }),
      { numRuns: 50 },
    );
    expect(await readdir(folder)).toEqual(["value.json"]);
  });

  test("tell the path and the size", async ({ folder }) => {
    const path = join(folder, "new/folders/value.json");
    const { told, ...context } = recordingContext();

    const saved = await saveJson({ path, value: { a: 1 }, indent: 0 }, context);
    await loadJson({ path }, context);

    expect(saved).toEqual({ path, sizeBytes: 8 });
    expect(told).toEqual([
      { path, sizeBytes: 8 },
      { path, sizeBytes: 8 },
    ]);
    expect(await readFile(path, "utf8")).toBe('{"a":1}\n');
  });

  test("are nodes of a graph", async ({ folder }) => {
    const nodes = {
      settings: bind(loadJson, { path: "settingsPath" }),
      copy: bind(saveJson, { path: "copyPath", value: "settings" }),
    };
    const settingsPath = join(folder, "settings.json");
    const copyPath = join(folder, "copy.json");
    await writeFile(settingsPath, "[1, 2]");

    const { copy } = await graph(nodes).plan("copy").run({ settingsPath, copyPath });

    expect(copy).toMatchObject({ path: copyPath });
    expect(JSON.parse(await readFile(copyPath, "utf8"))).toEqual([1, 2]);
  });

  test.for([
    [{ a: [1, undefined] }, '"/a/1" is of type undefined'],
    [{ a: Number.NaN }, '"/a" is NaN'],
    [new Map(), "it is a Map"],
    [10n, "it is of type bigint"],
    [{ when: new Date(0) }, '"/when" is a Date'],
  ] as const)("refuse what JSON cannot say: %o", async ([value, why], { folder }) => {
    const saving = saveJson({ path: join(folder, "a.json"), value }, context);

    await expect(saving).rejects.toThrow(UnwritableValueError);
    await expect(saving).rejects.toThrow(why);
    expect(await readdir(folder)).toEqual([]);
  });

  test("refuse a value that holds itself", async () => {
    const value: Record<string, unknown> = {};
    value["self"] = value;

    await expect(saveJson({ path: "/dev/null/a.json", value }, context)).rejects.toThrow(
      "or holds itself",
    );
  });

  test("refuse what would be longer than a text can be", async () => {
    const value = Array.from({ length: 600 }, () => "x".repeat(1_000_000));

    await expect(saveJson({ path: "/dev/null/a.json", value }, context)).rejects.toThrow(
      "longer than a text can be",
    );
  });

  test("name the file that holds no JSON", async ({ folder }) => {
    const path = join(folder, "a.json");
    await writeFile(path, "{");

    await expect(loadJson({ path }, context)).rejects.toThrow(FileFormatError);
    await expect(loadJson({ path }, context)).rejects.toThrow(`"${path}" cannot be read as JSON`);
  });
});

describe("loadText and saveText", () => {
  test("what was saved is loaded", async ({ folder }) => {
    const path = join(folder, "a.txt");
    const text = fc.string({ unit: "grapheme" }).filter((made) => !made.startsWith("\ufeff"));

    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        await saveText({ path, value }, context);
        expect(await loadText({ path }, context)).toBe(value);
      }),
      { numRuns: 50 },
    );
  });

  test("refuse half a character, and read other encodings", async ({ folder }) => {
    const path = join(folder, "a.txt");

    await expect(saveText({ path, value: "a\ud83d" }, context)).rejects.toThrow(
      UnwritableValueError,
    );
    await writeFile(path, Buffer.from("weiß", "latin1"));
    expect(await loadText({ path, encoding: "latin1" }, context)).toBe("weiß");
  });

  test("leave out a byte order mark, and refuse what is no UTF-8", async ({ folder }) => {
    const path = join(folder, "a.txt");

    await writeFile(path, "\ufeffhello");
    expect(await loadText({ path }, context)).toBe("hello");

    await writeFile(path, Uint8Array.of(0x68, 0xff));
    await expect(loadText({ path }, context)).rejects.toThrow("it is not UTF-8");
  });
});

describe("a file that cannot be used", () => {
  test("that is missing is named, with the one that was meant", async ({ folder }) => {
    await writeFile(join(folder, "prices.json"), "1");
    const path = join(folder, "price.json");

    const failing = loadJson({ path }, context);

    await expect(failing).rejects.toThrow(FileMissingError);
    await expect(failing).rejects.toThrow(
      `there is no file "${path}"; did you mean "prices.json"?`,
    );
  });

  test("that is a folder is named", async ({ folder }) => {
    await mkdir(join(folder, "a.txt"));

    await expect(loadText({ path: join(folder, "a.txt") }, context)).rejects.toThrow(
      FileAccessError,
    );
  });

  test("that is too large is neither read nor written", async ({ folder }) => {
    const path = join(folder, "a.txt");
    await writeFile(path, "hello");

    await expect(loadText({ path, maxBytes: 4 }, context)).rejects.toThrow(TooLargeError);
    await expect(saveText({ path, value: "too long", maxBytes: 4 }, context)).rejects.toThrow(
      TooLargeError,
    );
    expect(await loadText({ path, maxBytes: 5 }, context)).toBe("hello");
    expect(await readdir(folder)).toEqual(["a.txt"]);
  });

  test("keeps its content when the run is cancelled", async ({ folder }) => {
    const path = join(folder, "a.txt");
    await writeFile(path, "before");
    const cancelled = quietContext(AbortSignal.abort(new RangeError("cancelled")));

    await expect(saveText({ path, value: "after" }, cancelled)).rejects.toThrow("cancelled");

    expect(await readFile(path, "utf8")).toBe("before");
  });

  test("whose name cannot be is named", async ({ folder }) => {
    const path = join(folder, "a\0b");

    await expect(saveText({ path, value: "" }, context)).rejects.toThrow(FileAccessError);
    await expect(loadText({ path }, context)).rejects.toThrow(FileAccessError);
  });

  test("that is a pipe or a device is refused at once", async ({ folder }) => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);

    await expect(loadText({ path }, context)).rejects.toThrow("it is a pipe or a device");
    await expect(loadText({ path: "/dev/zero" }, context)).rejects.toThrow("a pipe or a device");
  });

  test("cannot be below a file", async ({ folder }) => {
    await writeFile(join(folder, "file"), "");

    const failing = saveText({ path: join(folder, "file/a.txt"), value: "" }, context);

    await expect(failing).rejects.toThrow(FileAccessError);
  });
});
