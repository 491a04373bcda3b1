import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bind, cachePlugin, graph, memoryCacheStore, node, type Plugin } from "@weirflow/dataflow";
import { describe, expect } from "vitest";
import { folderTest as test } from "../test/fixture.ts";
import type { Json } from "./json.ts";
import { loadJson } from "./load-json.ts";
import { saveJson } from "./save-json.ts";

/** A cache that knows every node by its name. */
function memoryCache(): Plugin {
  return cachePlugin({
    store: memoryCacheStore(),
    codeVersionOf: ({ name }) => name,
    nowMs: () => 0,
  });
}

describe("with a cache", () => {
  test("a loader reads again, and its consumers run again only for what is new", async ({
    folder,
  }) => {
    let computed = 0;
    const nodes = {
      numbers: bind(loadJson, { path: "path" }),
      text: ({ numbers }: { numbers: Json }): string => {
        computed += 1;
        return JSON.stringify(numbers);
      },
    };
    const path = join(folder, "numbers.json");
    const cache = memoryCache();
    const run = async () =>
      await graph(nodes)
        .plan("text")
        .run({ path }, { plugins: [cache] });

    await writeFile(path, "[1]");
    expect(await run()).toEqual({ text: "[1]" });
    await writeFile(path, "[ 1 ]");
    expect(await run()).toEqual({ text: "[1]" });
    expect(computed).toBe(1);
    await writeFile(path, "[2]");
    expect(await run()).toEqual({ text: "[2]" });
    expect(computed).toBe(2);
  });

  test("a saver writes again", async ({ folder }) => {
    const nodes = { total: node((): number => 3, { save: bind(saveJson, { path: "path" }) }) };
    const path = join(folder, "total.json");
    const cache = memoryCache();
    const plan = graph(nodes).plan(["total"], {}, { save: true });

    await plan.run({ path }, { plugins: [cache] });
    await rm(path);
    await plan.run({ path }, { plugins: [cache] });

    expect(await readFile(path, "utf8")).toBe("3\n");
  });
});
