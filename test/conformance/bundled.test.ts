import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { UntypedGraph } from "@weirflow/dataflow";
import { build as bundleFiles, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../support/service-process.ts";

/** All function modules of the example in one graph. */
const entry = `
import { graphFrom } from "@weirflow/dataflow";
import * as prepareData from "./prepare-data.ts";
import * as trainModel from "./train-model.ts";
import * as evaluateModel from "./evaluate-model.ts";
export const graph = graphFrom([prepareData, trainModel, evaluateModel]);
`;
const sourceFolder = join(ROOT, "examples/absenteeism/src");
const requested = ["featuresTable", "valPred", "modelResults", "qualityGate"];
const inputs = {
  rawData: "sample:7",
  developmentFlag: false,
  task: "binaryClassification",
  preferredBackend: "cpu",
};

/** Packages from the registry stay outside the bundle, as in an image; our own go into it. */
const registryOutside: Plugin = {
  name: "registry-outside",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
      path === "weirflow" || path.startsWith("@weirflow/") ? undefined : { path, external: true },
    );
  },
};

async function bundle(outfile: string, minify: boolean): Promise<UntypedGraph> {
  await bundleFiles({
    stdin: { contents: entry, resolveDir: sourceFolder, loader: "ts" },
    outfile,
    minify,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: ["@weirflow/source"],
    plugins: [registryOutside],
  });
  // the entry exports it
  return ((await import(pathToFileURL(outfile).href)) as { readonly graph: UntypedGraph }).graph;
}

/** The graph as people see it. */
function shapeOf({ nodes, inputs: needed }: UntypedGraph): unknown {
  return {
    nodes: nodes.map(({ name, kind, dependencies, options }) => ({
      name,
      kind,
      dependencies,
      tags: options.tags,
    })),
    inputs: needed,
  };
}

describe("the example, bundled and minified", () => {
  let folder: string;
  let plain: UntypedGraph;
  let minified: UntypedGraph;

  beforeAll(async () => {
    // inside the project, where packages are found
    await mkdir(join(ROOT, ".weirflow"), { recursive: true });
    folder = await mkdtemp(join(ROOT, ".weirflow/bundled-"));
    plain = await bundle(join(folder, "plain.mjs"), false);
    minified = await bundle(join(folder, "minified.mjs"), true);
  });
  afterAll(async () => await rm(folder, { recursive: true }));

  test("is the same graph", () => {
    expect(minified.nodes.length).toBeGreaterThan(20);
    expect(shapeOf(minified)).toEqual(shapeOf(plain));
  });

  test("gives the same results", async () => {
    const results = await minified.plan(requested).run(inputs);

    expect(results).toMatchObject({ qualityGate: { passes: expect.any(Boolean) } });
    expect(JSON.stringify(results)).toBe(JSON.stringify(await plain.plan(requested).run(inputs)));
  });
});
