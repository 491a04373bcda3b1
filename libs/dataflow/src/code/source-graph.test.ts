import { describe, expect, test } from "vitest";
import { memoryHost } from "./memory-host.ts";
import { SourceGraph, type Target } from "./source-graph.ts";

const files = {
  "/main.ts": `import { a as own, star, missing } from "./middle.ts";
import pkg, { named } from "pkg/sub";
import * as all from "./leaf.ts";
import data from "./data.json";
import { readFileSync } from "node:fs";
const local = 1;`,
  "/middle.ts":
    'export { leaf as a } from "./leaf.ts"; export * from "./leaf.ts"; export * from "other";',
  "/leaf.ts": "export const leaf = 1; export const star = 2; export default 3;",
  "/data.json": "{}",
};

function resolve(name: string): string {
  const sources = new SourceGraph(memoryHost(files, { other: "2.1.0" }));
  return spell(sources.resolveLocal(sources.module("/main.ts"), name));
}

function spell(target: Target | undefined): string {
  if (target === undefined) return "nothing";
  switch (target.kind) {
    case "binding":
      return `${target.name} of ${target.module.file}`;
    case "namespace":
      return `all of ${target.module.file}`;
    default:
      return target.label;
  }
}

describe("SourceGraph", () => {
  test.each([
    ["a name of the module itself", "local", "local of /main.ts"],
    ["a name through two modules and two names", "own", "leaf of /leaf.ts"],
    ["a name that is passed on", "star", "star of /leaf.ts"],
    ["a namespace", "all", "all of /leaf.ts"],
    ["the default export of a package", "pkg", '["pkg/sub@1.0.0","pkg/sub","default"]'],
    ["a name of a package", "named", '["pkg/sub@1.0.0","pkg/sub","named"]'],
    ["a name that only a package can pass on", "missing", '["other@2.1.0","other","missing"]'],
    ["a name of the runtime", "readFileSync", '["builtin","node:fs","readFileSync"]'],
    ["a global", "console", "nothing"],
  ])("follows %s", (_, name, target) => {
    expect(resolve(name)).toBe(target);
  });

  test("knows a file that is not code by its content", () => {
    expect(resolve("data")).toMatch(/^\["file","[0-9a-f]{64}","default"\]$/);
  });

  test("lists exports, passed-on ones too, but not their default", () => {
    const sources = new SourceGraph(memoryHost(files));

    expect(sources.exportNames(sources.module("/middle.ts"))).toEqual(["a", "leaf", "star"]);
    expect(sources.exportNames(sources.module("/leaf.ts"))).toEqual(["default", "leaf", "star"]);
  });

  test("reads each file once", () => {
    const host = memoryHost(files);
    const reads: string[] = [];
    const sources = new SourceGraph({
      ...host,
      readFile: (path) => {
        reads.push(path);
        return host.readFile(path);
      },
    });
    const main = sources.module("/main.ts");

    for (const name of ["own", "star", "all"]) sources.resolveLocal(main, name);

    expect(reads).toEqual(["/main.ts", "/middle.ts", "/leaf.ts"]);
  });
});
