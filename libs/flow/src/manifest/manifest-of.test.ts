import { flowManifestSchema, type GraphDescription } from "@weirflow/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { flow } from "../flow/flow.ts";
import { defineConfig } from "../task/define-config.ts";
import { task } from "../task/task.ts";
import { canonicalJson } from "./canonical-json.ts";
import { manifestOf } from "./manifest-of.ts";

const module = { double: ({ of }: { of: number }): number => 2 * of };
const graph: GraphDescription = {
  nodes: [
    { name: "of", kind: "input", dependencies: [], tags: {} },
    {
      name: "double",
      kind: "function",
      dependencies: [{ name: "of", required: true }],
      tags: {},
      codeVersion: "c1",
      file: "math.ts",
      line: 3,
    },
  ],
  edges: [["of", "double"]],
};
const double = task({
  name: "double",
  modules: [module],
  outputs: ["double"],
  retries: ["1s", "1m"],
  timeout: "10m",
  memoryBytes: 2e9,
  concurrency: ["license"],
});
const counts = z.object({ of: z.number() });

function doubling(
  schedules: readonly { daily: "06:00" | "07:00" }[] = [],
): ReturnType<typeof flow> {
  return flow({
    name: "doubling",
    description: "Twice.",
    params: counts,
    config: { limits: defineConfig("limits", z.object({ max: z.number().default(9) })) },
    schedules,
    run: ({ params }) => double({ of: params.of }, { cache: true }),
  });
}

describe("manifestOf", () => {
  test("is a manifest by the contract's schema", () => {
    const manifest = manifestOf(doubling([{ daily: "06:00" }]), {
      graphs: { double: graph },
      source: { file: "flow.ts", gitCommit: "abc" },
    });

    expect(flowManifestSchema.parse(structuredClone(manifest))).toEqual(manifest);
    expect(manifest).toMatchObject({
      flow: "doubling",
      description: "Twice.",
      configs: { limits: { name: "limits", initial: { max: 9 } } },
      calls: [
        {
          id: "double",
          task: "double",
          pool: "cpu",
          inputs: { of: { kind: "param", path: ["of"] } },
          outputs: ["double"],
          needs: [],
          retries: { limit: 2, delaysMs: [1_000, 60_000] },
          timeoutMs: 600_000,
          memoryBytes: 2_000_000_000,
          cache: true,
          concurrency: ["license"],
        },
      ],
      results: { double: { kind: "output", call: "double", output: "double" } },
      schedules: [{ slug: "daily", at: "06:00" }],
      source: { file: "flow.ts", gitCommit: "abc" },
    });
  });

  test("keeps its version when schedules, places and descriptions change", () => {
    const moved = graph.nodes.map((node) => ({ ...node, file: "other.ts", line: 9, source: "…" }));

    const first = manifestOf(doubling(), { graphs: { double: graph } });
    const second = manifestOf(doubling([{ daily: "07:00" }]), {
      graphs: { double: { ...graph, nodes: moved } },
      source: { file: "elsewhere.ts" },
    });

    expect(first.version).toMatch(/^[0-9a-f]{64}$/);
    expect(second.version).toBe(first.version);
  });

  test("changes its version with the code, the calls and the schemas", () => {
    const recoded = graph.nodes.map((node) =>
      node.name === "double" ? { ...node, codeVersion: "c2" } : node,
    );
    const name = "doubling";
    const others = [
      manifestOf(doubling(), { graphs: { double: { ...graph, nodes: recoded } } }),
      manifestOf(flow({ name, params: counts, run: ({ params }) => double({ of: params.of }) }), {
        graphs: { double: graph },
      }),
      manifestOf(
        flow({
          name,
          params: z.object({ of: z.number(), other: z.string().optional() }),
          config: { limits: defineConfig("limits", z.object({ max: z.number().default(9) })) },
          run: ({ params }) => double({ of: params.of }, { cache: true }),
        }),
        { graphs: { double: graph } },
      ),
    ];

    const versions = new Set(others.map(({ version }) => version));
    versions.add(manifestOf(doubling(), { graphs: { double: graph } }).version);
    expect(versions.size).toBe(4);
  });

  test("refuses a task whose graph nobody described", () => {
    expect(() => manifestOf(doubling(), { graphs: {} })).toThrow(
      'the graph of the task "double" is not described',
    );
  });
});

describe("canonicalJson", () => {
  test("is the same for equal values in any order of keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        // fast-check's own type of JSON is `unknown`
        expect(canonicalJson(reversed as never)).toBe(canonicalJson(value as never));
        expect(JSON.parse(canonicalJson(value as never))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });
});
