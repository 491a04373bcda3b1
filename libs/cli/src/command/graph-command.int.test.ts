import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "../program.ts";
import { ROOT } from "../stack/service-entries.ts";

const shop = `
import { choose, node } from "@weirflow/dataflow";
/** What it costs us. */
export const price = node(({ cost }: { cost: number }) => cost * 2, { tags: { owner: "sales" } });
export const tax = choose("country", {
  ch: ({ price }: { price: number }) => price * 0.08,
  de: ({ price, rate = 0.19 }: { price: number; rate?: number }) => price * rate,
});
`;
let folder: string;
let before: string;

/** A repository of one function module, changed since its commit. */
beforeAll(async () => {
  before = process.cwd();
  folder = await mkdtemp(join(tmpdir(), "weir-graph-test-"));
  mkdirSync(join(folder, "src"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, ".gitignore"), "node_modules\n");
  writeFileSync(
    join(folder, "src/shop.ts"),
    shop.replace("cost * 2", "cost * 3").replace(/$/, "export const old = () => 1;\n"),
  );
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd: folder });
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "first");
  writeFileSync(
    join(folder, "src/shop.ts"),
    `${shop}export const total = ({ price, tax }: { price: number; tax: number }) => price + tax;\n`,
  );
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

async function weir(
  ...words: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const code = await runProgram(["graph", ...words], {
    env: {},
    out: { write: (text: string) => void (written.out += text) },
    err: { write: (text: string) => void (written.err += text) },
    signal: new AbortController().signal,
  });
  return { code, ...written };
}

describe("weir graph of function modules", () => {
  test("prints the graph as JSON", async () => {
    const { out } = await weir("src/shop.ts", "--json");

    const graph = JSON.parse(out) as { nodes: { name: string }[]; edges: unknown };
    expect(graph.nodes.map(({ name }) => name)).toEqual([
      "cost",
      "country",
      "rate",
      "price",
      "tax",
      "total",
    ]);
    expect(graph.nodes.find(({ name }) => name === "price")).toMatchObject({
      kind: "function",
      dependencies: [{ name: "cost", required: true }],
      tags: { owner: "sales" },
      description: "What it costs us.",
      file: "src/shop.ts",
      line: 4,
      codeVersion: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(graph.edges).toContainEqual(["price", "tax"]);
  });

  test("lists what lies upstream, of the branch that is chosen", async () => {
    const { out } = await weir("src/shop.ts", "--upstream", "tax", "--config", "country=ch");

    expect(out).toContain("tax (function) <- price");
    expect(out).not.toContain("rate");
    expect(out).not.toContain("total");
  });

  test("takes parts between two nodes, without inputs", async () => {
    const { out } = await weir("src/shop.ts", "--between", "price..total", "--no-inputs");

    expect(out.match(/^ {2}\w+/gm)).toEqual(["  price", "  tax", "  total"]);
  });

  test("draws what tags gather, and tells the choices", async () => {
    const { out } = await weir("src/shop.ts", "--svg", "--group", "tag", "--config", "country=de");

    expect(out).toMatch(/^<svg/);
    expect(out).toContain("owner=sales");
    expect(out).toContain("(country=de)");
  });

  test("writes a PNG into a file", async () => {
    expect((await weir("src/shop.ts", "--png")).code).toBe(2);
    expect((await weir("src/shop.ts", "--png", "--out", "shop.png")).code).toBe(0);
    expect(readFileSync(join(folder, "shop.png")).subarray(1, 4).toString()).toBe("PNG");
  });

  test.each([
    [["src/shop.ts", "--upstream", "taxx"], 'there is no node "taxx"; did you mean "tax"?'],
    [["src/shop.ts", "--config", "county=ch"], 'did you mean "country"?'],
    [["src/shop.ts", "--between", "price"], "from..to"],
    [["src/shop.ts", "--config", "country"], "key=value"],
    [["src/shop.ts", "--group", "colour"], "module, namespace, tag, none"],
  ])("refuses %j: %s", async (words, says) => {
    const { code, err } = await weir(...words);

    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

describe("weir graph diff", () => {
  test("says what changed since a revision, and leaves nothing behind", async () => {
    expect((await weir("diff", "HEAD", "src/shop.ts")).out.trim().split("\n")).toEqual([
      "+ total",
      "- old",
      "~ price: other code",
    ]);
    expect(
      execFileSync("git", ["worktree", "list"], { cwd: folder }).toString().trim(),
    ).not.toContain("\n");
  });

  test("says it as JSON", async () => {
    expect(JSON.parse((await weir("diff", "HEAD", "src/shop.ts", "--json")).out)).toEqual({
      added: ["total"],
      removed: ["old"],
      changedCode: ["price"],
      changedEdges: [],
    });
  });

  test("takes paths from anywhere, also absolute ones", async () => {
    const { out } = await weir("diff", "HEAD", join(folder, "src/shop.ts"));

    expect(out).toContain("~ price: other code");
  });

  test("says of a new file that all is added, of one that is gone that all is removed", async () => {
    writeFileSync(join(folder, "src/fresh.ts"), "export const fresh = () => 1;\n");

    expect((await weir("diff", "HEAD", "src/fresh.ts")).out).toBe("+ fresh\n");

    rmSync(join(folder, "src/fresh.ts"));
    renameSync(join(folder, "src/shop.ts"), join(folder, "src/store.ts"));
    try {
      const { out } = await weir("diff", "HEAD", "src/shop.ts");
      expect(out.trim().split("\n").toSorted()).toEqual(
        ["cost", "country", "old", "price", "rate", "tax"].map((name) => `- ${name}`),
      );
    } finally {
      renameSync(join(folder, "src/store.ts"), join(folder, "src/shop.ts"));
    }
  });

  test("refuses a file that is nowhere", async () => {
    const { code, err } = await weir("diff", "HEAD", "src/shopp.ts");

    expect([code, err]).toEqual([2, expect.stringContaining("neither now nor at HEAD")]);
  });

  test("refuses a revision that is not there", async () => {
    const { code, err } = await weir("diff", "yesterday", "src/shop.ts");

    expect(code).toBe(2);
    expect(err).toContain("name a commit, branch or tag");
  });
});
