import { describe, expect, test } from "vitest";
import { SourceSyntaxError } from "../errors.ts";
import { codeVersions } from "./code-versions.ts";
import { memoryHost } from "./memory-host.ts";

const main = `
import { k } from "./k.ts";
import { mean } from "stats";
import * as shapes from "./shapes.ts";
const helper = (x: number): number => x * k;
export function a(x: number): number { return helper(x) + 1; }
export function b({ k }: { k: string }) { return k; }
export const c = ({ rows }: { rows: number[] }) => mean(rows);
export const d = () => shapes.area(2);
export { far as e } from "./far.ts";
export * from "./more.ts";
`;
const files = {
  "/src/main.ts": main,
  "/src/k.ts": "export const k = 3;\nexport const other = 4;\n",
  "/src/shapes.ts": "const pi = 3;\nexport const area = (r: number) => pi * r * r;\n",
  "/src/far.ts": "import { k } from './k.ts';\nexport const far = () => [k];\n",
  "/src/more.ts": "export const f = () => 1;\nexport type G = 1;\nexport default () => 2;\n",
};

interface Change {
  readonly files?: Readonly<Record<string, string>>;
  readonly versions?: Readonly<Record<string, string>>;
}

function versionsOf(change: Change = {}): ReadonlyMap<string, string> {
  const host = memoryHost({ ...files, ...change.files }, change.versions);
  const versions = codeVersions({ entries: ["/src/main.ts"], host });
  return versions.get("/src/main.ts") ?? new Map();
}

/** The exports whose versions a change of the files changes. */
function changedBy(change: Change): string {
  const before = versionsOf();
  const changed = [...versionsOf(change)].filter(([name, version]) => before.get(name) !== version);
  return changed.map(([name]) => name).join(" ");
}

function edit(text: string, replacement: string): Change {
  expect(main).toContain(text);
  return { files: { "/src/main.ts": main.replace(text, replacement) } };
}

describe("codeVersions", () => {
  test("gives each export that is a value 64 hexadecimal digits", () => {
    const versions = versionsOf();

    expect([...versions.keys()]).toEqual(["a", "b", "c", "d", "e", "f"]);
    for (const version of versions.values()) expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(versions.values()).size).toBe(6);
  });

  test.each([
    ["comments and formatting", edit("return helper(x) + 1;", "/* hi */ return (\nhelper( x )+1)")],
    ["types", edit("a(x: number): number", "a<T extends number>(x: T): T")],
    [
      "an unused constant",
      { files: { "/src/k.ts": "export const k = 3;\nexport const other = 9;\n" } },
    ],
    ["a new function beside", edit("export function a", "export const z = 1;\nexport function a")],
    ["the order of functions", edit("const helper =", "function late() {}\nconst helper =")],
  ])("is not changed by %s", (_, change) => {
    expect(changedBy(change).replace("z", "").trim()).toBe("");
  });

  test.each([
    ["its own code", edit("+ 1;", "+ 2;"), "a"],
    ["a helper that it calls", edit("x * k", "x + k"), "a"],
    ["a constant of another file", { files: { "/src/k.ts": "export const k = 5;" } }, "a e"],
    [
      "a default import's source",
      edit('import { mean } from "stats"', 'import { median as mean } from "stats"'),
      "c",
    ],
    ["the version of a package", { versions: { stats: "2.0.0" } }, "c"],
    [
      "anything behind a namespace",
      { files: { "/src/shapes.ts": files["/src/shapes.ts"].replace("pi = 3", "pi = 4") } },
      "d",
    ],
    ["a re-exported function", { files: { "/src/far.ts": "export const far = () => [1];" } }, "e"],
    ["a star-exported function", { files: { "/src/more.ts": "export const f = () => 2;" } }, "f"],
    [
      "a statement about what it uses",
      edit("export { far", "helper.cache = new Map();\nexport { far"),
      "a",
    ],
  ])("is changed by %s, and nothing else is", (_, change, names) => {
    expect(changedBy(change)).toBe(names);
  });

  test("does not take a parameter for the node or import of the same name", () => {
    const withOther = { files: { "/src/k.ts": "export const k = 99;" } };

    expect(changedBy(withOther).split(" ")).not.toContain("b");
  });

  test("does not depend on where files are", () => {
    const moved = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path.replace("/src/", "/elsewhere/"), text]),
    );

    const versions = codeVersions({ entries: ["/elsewhere/main.ts"], host: memoryHost(moved) });

    expect(versions.get("/elsewhere/main.ts")).toEqual(versionsOf());
  });

  test("follows functions that call each other, across files that import each other", () => {
    const round = (n: number): ReadonlyMap<string, string> | undefined => {
      const host = memoryHost({
        "/a.ts": "import { odd } from './b.ts';\nexport const even = (n) => n === 0 || odd(n - 1);",
        "/b.ts": `import { even } from './a.ts';\nexport const odd = (n) => n !== ${n} && even(n - 1);`,
      });
      return codeVersions({ entries: ["/a.ts"], host }).get("/a.ts");
    };

    expect(round(0)).toEqual(round(0));
    expect(round(0)).not.toEqual(round(1));
  });

  test("ends on files that export all of each other", () => {
    const host = memoryHost({
      "/a.ts": "export * from './b.ts';\nexport const a = 1;",
      "/b.ts": "export * from './a.ts';\nexport { nothing } from './a.ts';\nexport const b = 2;",
    });

    const versions = codeVersions({ entries: ["/a.ts"], host }).get("/a.ts");

    expect([...(versions ?? new Map()).keys()]).toEqual(["a", "b"]);
  });

  test("counts files that are not code by their content, and dynamic imports by theirs", () => {
    const version = (json: string, lazy: string): string | undefined => {
      const host = memoryHost({
        "/a.ts":
          "import t from './t.json' with { type: 'json' };\nexport const a = async () => [t, await import('./l.ts')];",
        "/t.json": json,
        "/l.ts": lazy,
      });
      return codeVersions({ entries: ["/a.ts"], host })
        .get("/a.ts")
        ?.get("a");
    };

    expect(version("{}", "export const l = 1;")).not.toBe(version("[]", "export const l = 1;"));
    expect(version("{}", "export const l = 1;")).not.toBe(version("{}", "export const l = 2;"));
    expect(version("{}", "export const l = 1;")).toBe(version("{}", "export const l: 1 = 1;"));
  });

  test("shares one declaration among the names that it makes", () => {
    const version = (body: string): ReadonlyMap<string, string> | undefined => {
      const host = memoryHost({
        "/a.ts": `const s = () => (${body});\nexport const { p, q } = fields(s);`,
      });
      return codeVersions({ entries: ["/a.ts"], host }).get("/a.ts");
    };

    expect(version("1")?.get("p")).not.toBe(version("2")?.get("p"));
    expect(version("1")?.get("q")).not.toBe(version("2")?.get("q"));
  });

  test("says where a file does not parse", () => {
    const host = memoryHost({ "/a.ts": "export const a = 1;\nexport const b = ;" });

    expect(() => codeVersions({ entries: ["/a.ts"], host })).toThrow(SourceSyntaxError);
    expect(() => codeVersions({ entries: ["/a.ts"], host })).toThrow("/a.ts:2: ");
  });
});
