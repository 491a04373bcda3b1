import { instance } from "@viz-js/viz";
import fc from "fast-check";
import { expect, test } from "vitest";
import { graphDot } from "./graph-dot.ts";

/** What Graphviz finds in a text, as it shows it. */
interface Found {
  readonly label: string;
  readonly objects?: readonly { readonly name: string; readonly label: string }[];
  readonly edges?: readonly unknown[];
}

const hostile = fc.oneof(
  fc.constantFrom(
    '"',
    "\\",
    "\\N",
    'a\\"',
    "<b>x</b>",
    "a:b",
    "end",
    "//",
    "/* x",
    "#",
    "\0",
    "\u0007",
  ),
  fc.string({
    unit: fc.constantFrom('"', "\\", "\n", "\r", "<", ">", "{", "}", "|", ";", "é", "x"),
  }),
);

/** What Graphviz reads. It crashes at some of these texts, whoever writes them: those say nothing about the writer. */
function readDot(viz: Awaited<ReturnType<typeof instance>>, dot: string): string {
  try {
    return viz.renderString(dot, { format: "dot_json" });
  } catch (error) {
    fc.pre(!(error instanceof WebAssembly.RuntimeError));
    throw error;
  }
}

test("Graphviz reads every node, edge and cluster, whatever the texts contain", async () => {
  const texts = fc.array(hostile, { minLength: 1, maxLength: 5 });

  await fc.assert(
    fc.asyncProperty(texts, hostile, async (labels, title) => {
      const nodes = labels.map((label, index) => ({
        id: `${label}${index}`,
        label,
        kind: "function",
        ...(index % 2 === 0 ? {} : { group: label, detail: label }),
      }));
      const edges = nodes.slice(1).map(({ id }) => ({ from: nodes[0]?.id ?? "", to: id }));
      const viz = await instance();

      const json = readDot(viz, graphDot({ title, nodes, edges }));

      const { objects = [], edges: found = [] } = JSON.parse(json) as Found; // what Graphviz says it is
      const shown = objects.filter(({ name }) => !name.startsWith("cluster_"));
      expect(shown.map(({ label }) => label)).toHaveLength(nodes.length);
      expect(found).toHaveLength(edges.length);
    }),
    { numRuns: 60 },
  );
});
