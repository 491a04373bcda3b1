import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { scratchFolder } from "@weirflow/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { reachedFiles } from "./local-imports.ts";

async function reached(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = await scratchFolder("imports");
  onTestFinished(async () => await rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const found = await reachedFiles(join(folder, "flow.ts"));
  return found.map((file) => relative(folder, file));
}

describe("reachedFiles", () => {
  test("follows imports and re-exports of local files, around cycles too", async () => {
    const files = {
      "flow.ts": `import * as a from "./deep/a.ts"; import "./side.ts"; import z from "zod";`,
      "deep/a.ts": `export * from "../b.ts"; export { c } from "./c.js";`,
      "b.ts": `import { f } from "./flow.ts"; export const b = f;`,
      "deep/c.js": `import fs from "node:fs";`,
      "side.ts": "",
    };

    expect(await reached(files)).toEqual(["flow.ts", "deep/a.ts", "side.ts", "b.ts", "deep/c.js"]);
  });

  test("passes over what only types come from", async () => {
    const files = {
      "flow.ts": `
        import type { A } from "./a.ts";
        import { type B } from "./b.ts";
        import { type C, c } from "./c.ts";
        export type { D } from "./d.ts";`,
    };

    expect(await reached(files)).toEqual(["flow.ts", "c.ts"]);
  });

  test("is the file alone where it cannot be read", async () => {
    expect(await reached({})).toEqual(["flow.ts"]);
  });
});
