import { graphSvg, pictureOf } from "@weirflow/dagviz";
import { expect, test } from "vitest";
import type { PlanFacts } from "@weirflow/dataflow";
import { graph } from "weirflow";
import * as evaluateModel from "./evaluate-model.ts";
import * as prepareData from "./prepare-data.ts";
import * as trainModel from "./train-model.ts";

function drawn(
  title: string,
  modules: readonly string[],
  { nodes, inputs }: Pick<PlanFacts, "nodes" | "inputs">,
): string {
  const given = inputs.map(({ name, choice }) => ({
    name,
    kind: choice === undefined ? "input" : "choice",
    dependencies: [],
  }));
  const made = nodes.map((node) => ({ ...node, kind: "function", module: modules[node.module] }));
  return graphSvg(pictureOf({ nodes: [...given, ...made] }, { title }));
}

/** After a change of the graph or of its drawing, `npx vitest --update` writes them anew. */
test("the pictures in the README are those of the graphs", async () => {
  const prepare = graph(prepareData).plan("featuresTable");
  const train = graph(trainModel, evaluateModel).plan("valPred", "modelResults", "qualityGate");

  await expect(drawn("prepareData", ["prepare-data"], prepare)).toMatchFileSnapshot(
    "../prepare-data.svg",
  );
  await expect(
    drawn("trainAndEvaluate", ["train-model", "evaluate-model"], train),
  ).toMatchFileSnapshot("../train-and-evaluate.svg");
});
