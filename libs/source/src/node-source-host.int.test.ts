import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { scratchFolder } from "@weirflow/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { NodeSourceHost } from "./node-source-host.ts";

async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await scratchFolder("host");
  onTestFinished(async () => await rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

describe("NodeSourceHost", () => {
  test("tells files, packages and what Node brings along apart", async () => {
    const folder = await project({
      "node_modules/near/package.json": `{"name":"near","version":"1.2.3","exports":{"./x":"./x.js"}}`,
      "node_modules/near/x.js": "",
      "node_modules/@scope/of/package.json": `{"name":"@scope/of","version":"4.0.0"}`,
      "src/deep/a.ts": "",
    });
    const host = new NodeSourceHost();
    const from = join(folder, "src/deep/a.ts");

    expect([
      host.resolve("./b.ts", from),
      host.resolve("../c.ts", from),
      host.resolve("node:fs", from),
      host.resolve("path", from),
      host.resolve("near/x", from),
      host.resolve("@scope/of", from),
      host.resolve("missing/deep", from),
    ]).toEqual([
      { kind: "file", path: join(folder, "src/deep/b.ts") },
      { kind: "file", path: join(folder, "src/c.ts") },
      { kind: "builtin", name: "fs" },
      { kind: "builtin", name: "path" },
      { kind: "package", name: "near", version: "1.2.3" },
      { kind: "package", name: "@scope/of", version: "4.0.0" },
      { kind: "package", name: "missing", version: "" },
    ]);
  });

  test("takes the package that is nearest to the file", async () => {
    const folder = await project({
      "node_modules/x/package.json": `{"name":"x","version":"1.0.0"}`,
      "inner/node_modules/x/package.json": `{"name":"x","version":"2.0.0"}`,
      "inner/a.ts": "",
    });
    const host = new NodeSourceHost();

    expect(host.resolve("x", join(folder, "a.ts"))).toMatchObject({ version: "1.0.0" });
    expect(host.resolve("x", join(folder, "inner/a.ts"))).toMatchObject({ version: "2.0.0" });
  });

  test("reads a file once, and nothing where there is none", async () => {
    const folder = await project({ "a.ts": "first" });
    const host = new NodeSourceHost();

    expect(host.readFile(join(folder, "a.ts"))).toBe("first");
    await writeFile(join(folder, "a.ts"), "second");
    expect(host.readFile(join(folder, "a.ts"))).toBe("first");
    expect(host.readFile(join(folder, "b.ts"))).toBe("");
  });
});
