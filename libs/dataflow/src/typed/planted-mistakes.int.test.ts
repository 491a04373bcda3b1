import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

/** Lines that must not compile, each with a part of what the compiler must say. */
const mistakes: readonly (readonly [code: string, says: string])[] = [
  // nodes that do not exist
  ['graph(m).plan("ageMeen");', `parameter of type '"ageMean" | "ageZero" | "picked"'`],
  ['graph(m).plan("ageMean", "ageMeen");', `parameter of type '"ageMean" | "ageZero" | "picked"'`],
  ['graph(m).plan("ageMean").runSync({ age: [] }).ageZero;', "Property 'ageZero' does not exist"],
  // inputs
  ['graph(m).plan("ageMean").run();', "Expected 1-2 arguments"],
  ['graph(m).plan("ageMean").run({});', "Property 'age' is missing"],
  ['graph(m).plan("ageMean").run({ agee: [] });', "Did you mean to write 'age'?"],
  ['graph(m).plan("ageMean").run({ age: ["x"] });', "'string' is not assignable to type 'number'"],
  ['graph(m).plan("ageZero").run({ age: [], scal: 1 });', "Did you mean to write 'scale'?"],
  // overrides
  [
    'graph(m).plan("ageZero").run({ age: [] }, { overrides: { ageMeen: 1 } });',
    "Did you mean to write 'ageMean'?",
  ],
  [
    'graph(m).plan("ageMean").run({ age: [] }, { overrides: { ageZero: [] } });',
    "'ageZero' does not exist",
  ],
  [
    'graph(m).plan("ageZero").run({ age: [] }, { overrides: { ageMean: "1" } });',
    "'string' is not assignable to type 'number'",
  ],
  // choices
  [
    'graph(m).plan("picked").run({ age: [], other: 1, task: "c" });',
    `'"c"' is not assignable to type '"a" | "b"'`,
  ],
  [
    // a key of more values than there are branches, told where it is given
    'graph(m).plan("picked").run({ age: [], other: 1, task: "a" as "a" | "b" | "d" });',
    `'"d"' is not assignable to type '"a" | "b"'`,
  ],
  ['graph(m).plan(["picked"], { task: "b" }).run({ other: 1, age: [] });', "'age' does not exist"],
  // modules
  ["graph(m, { ageMean: () => 1 });", "node 'ageMean' is made by two modules"],
  [
    'graph({ a: () => "x", b: ({ a }: { a: number }) => a });',
    "'b' takes another type for 'a' than 'a' returns",
  ],
  ["graph(m, override({ ageMeen: () => 1 }));", "override replaces no node 'ageMeen'"],
  ['bindMany(m.ageZero, { a: { agge: "x" } });', "the function takes no 'agge'"],
  ['subgraph(m, { namespace: "n" }).ageMeen;', "Property 'ageMeen' does not exist"],
  ['subgraph(m, { namespace: "n", inputs: { agge: "x" } });', "the function takes no 'agge'"],
  ['subgraph(m, { namespace: "n", config: { task: "c" } });', "is not assignable to type"],
  ['graph({ x: subgraph(m, { namespace: "n" }).ageMean }).plan("x").run({});', "'age' is missing"],
  ["graph({ f: (x: number, y: number) => x + y });", "'f' takes positional parameters"],
  [
    'graph({ task: () => "a" as const, picked: m.picked });',
    "'task' picks a branch, so it has to be an input",
  ],
  // fan-outs
  [
    'graph({ x: each(() => ["a"]), y: ({ x }: { x: number }) => x });',
    "'y' takes another type for 'x' than 'x' returns",
  ],
  [
    'graph({ x: each(() => ["a"]), y: collect(({ x }: { x: string }) => x) });',
    "'y' takes another type for 'x' than 'x' returns",
  ],
  [
    'graph({ x: each(() => [1]) }).plan("x").runSync().x satisfies number;',
    "does not satisfy the expected type 'number'",
  ],
  ['each(() => "text");', "'string' is not assignable to type"],
  ["each(() => [1], { concurency: 2 });", "'concurency' does not exist"],
  // modifiers
  ['bind(m.ageZero, { agge: "x" });', "the function takes no 'agge'"],
  ['bind(m.ageZero, { age: value("x") });', "Type 'string' is not assignable to type 'number[]'"],
  ['bind(m.ageZero, { ageMean: group(["x"]) });', "is not assignable to type"],
  [
    "node(m.ageMean, { check: (text: string) => text !== '' || 'no' });",
    "Type 'number' is not assignable to type 'string'",
  ],
  ["node(m.ageMean, { chek: () => true });", "'chek' does not exist"],
  ["fields(() => ({ low: 1 })).high;", "Property 'high' does not exist"],
  [
    'columns(() => ({ low: new Int8Array() }), "low").low({}) satisfies string;',
    "does not satisfy the expected type 'string'",
  ],
];

const prelude = `import { bind, bindMany, choose, collect, columns, each, fields, graph, group, node, override, subgraph, value } from "@weirflow/dataflow";
const m = {
  ageMean: ({ age }: { age: number[] }) => age.length,
  ageZero: ({ age, ageMean, scale = 1 }: { age: number[]; ageMean: number; scale?: number }) =>
    age.map((x) => x - ageMean * scale),
  picked: choose("task", { a: ({ ageMean }: { ageMean: number }) => ageMean, b: ({ other }: { other: number }) => other }),
};
export const all = { bind, bindMany, choose, collect, columns, each, fields, graph, group, node, override, subgraph, value };
`;
const firstLine = prelude.split("\n").length;

/** A program that uses the graph rightly; compiled beside the mistakes. */
const right = `${prelude}
const { ageZero } = await graph(m).plan("ageZero").run({ age: [1] }, { overrides: { ageMean: 2 } });
ageZero satisfies number[];
graph(m).plan("ageMean").runSync({}, { overrides: { ageMean: 3 } });
graph(m).plan(["picked"], { task: "a" }).runSync({ age: [] });
graph(m, override({ ageMean: ({ days }: { days: number }) => days })).plan("ageMean").runSync({ days: 1 });
`;

/** What the compiler says of a program, by line. */
async function compile(program: string): Promise<ReadonlyMap<number, string>> {
  const folder = await mkdtemp(join(import.meta.dirname, "../../.mistakes-"));
  try {
    await writeFile(join(folder, "program.ts"), program);
    const config = { extends: "../../../tsconfig.tests.json", include: ["program.ts"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    return byLine(await runCompiler(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runCompiler(folder: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(dirname(manifest), "bin/tsc");
  return await new Promise((resolve) => {
    execFile(process.execPath, [tsc, "-p", folder, "--pretty", "false"], (_, stdout) =>
      resolve(stdout),
    );
  });
}

function byLine(output: string): ReadonlyMap<number, string> {
  const said = new Map<number, string>();
  let line = 0;
  for (const text of output.split("\n")) {
    const place = /program\.ts\((\d+),\d+\): /.exec(text);
    if (place !== null) line = Number(place[1]);
    if (text !== "") said.set(line, `${said.get(line) ?? ""}${text}\n`);
  }
  return said;
}

describe("the compiler", () => {
  test("reports each planted mistake on its line, in words that help", async () => {
    const program = prelude + mistakes.map(([code]) => code).join("\n");

    const said = await compile(program);

    const silent = mistakes.filter(
      ([, says], i) => said.get(firstLine + i)?.includes(says) !== true,
    );
    expect(
      silent.map(([code]) => [code, said.get(firstLine + mistakes.findIndex(([c]) => c === code))]),
    ).toEqual([]);
    expect(said.size).toBe(mistakes.length);
  });

  test("says nothing about a program without mistakes", async () => {
    expect([...(await compile(right))]).toEqual([]);
  });

  test("types a graph of 500 nodes and 40 inputs in few steps", async () => {
    const nodes = Array.from({ length: 500 }, (_, i) => {
      const deps = [...new Set([i - 1, i - 7, i - 30])]
        .filter((dep) => dep >= 0)
        .map((dep) => `n${dep}`);
      const names = [...deps, `in${i % 40}`];
      return `  n${i}: (deps: { ${names.map((name) => `${name}: number`).join("; ")} }) => deps.in${i % 40},`;
    });
    const inputs = Array.from({ length: 40 }, (_, i) => `in${i}: 1`).join(", ");
    const program = `import { graph, subgraph, value } from "@weirflow/dataflow";
const wide = {\n${nodes.join("\n")}\n};
graph(wide).plan("n499").runSync({ ${inputs} }).n499 satisfies number;
const { n499 } = subgraph(wide, { namespace: "part", inputs: { in0: value(1) } });
(await graph({ n499 }).plan("n499").run({ ${inputs.replace("in0: 1, ", "")} })).n499 satisfies number;
graph(wide).plan("n499").runSync({ ${inputs.replace(", in39: 1", "")} });
`;

    const said = await compile(program);

    expect(said.size).toBe(1); // the compiler gives up on types that take too many steps, and would say so here
    expect([...said.values()][0]).toContain("Property 'in39' is missing");
  });
});
