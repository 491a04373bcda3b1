/**
 * How long the compiler takes to check the edges of 1,000 nodes in one module, beside reading the module alone.
 *
 * Run with `node --conditions=@weirflow/source test/bench/check.ts`.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { graphTypes } from "@weirflow/check";
import { graphFrom } from "@weirflow/dataflow";

const COUNT = 1_000;
const folder = await mkdtemp(join(tmpdir(), "weir-check-"));
try {
  const rows: Record<string, Record<string, number>> = {};
  for (const count of [1, COUNT]) {
    const file = join(folder, `nodes${count}.ts`);
    await writeFile(file, moduleOf(count));
    const module = (await import(file)) as object;
    const graph = graphFrom([module]);
    const from = performance.now();
    using types = await graphTypes([{ graph, modules: [module], files: [file] }]);
    const problems = types.problems().length;
    rows[`${count} nodes`] = { ms: Math.round(performance.now() - from), problems };
  }
  console.table(rows);
} finally {
  await rm(folder, { recursive: true });
}

/** Nodes that take three others each, over forty inputs; every hundredth edge is wrong. */
function moduleOf(count: number): string {
  const nodes = Array.from({ length: count }, (_, i) => {
    const deps = [...new Set([i - 1, i - 7, i - 30])].filter((dep) => dep >= 0);
    const types = [
      ...deps.map((dep, at) => `n${dep}: ${at === 0 && i % 100 === 0 ? "string" : "number"}`),
      `in${i % 40}: number`,
    ];
    const names = [...deps.map((dep) => `n${dep}`), `in${i % 40}`];
    return `export const n${i} = ({ ${names.join(", ")} }: { ${types.join("; ")} }): number => Number(${names.join(") + Number(")});`;
  });
  return nodes.join("\n");
}
