import { buildGraph } from "../graph/build-graph.ts";
import { markNode, type InnerSpec, type NodeSpec } from "../node/spec.ts";
import type { UntypedPlan } from "../plan/plan.ts";
import type { ChoiceValue } from "../typed/choice-types.ts";
import type { Fn } from "../typed/module-types.ts";

/** A node that stands for a part of a graph, and runs all of that when it is called by itself. */
export function wholeNode(specFor: (inputsOf: InnerSpec["inputsOf"]) => NodeSpec): Fn {
  const plans = new Map<string, UntypedPlan>();
  const planFor = (choices: Readonly<Record<string, ChoiceValue>>): UntypedPlan => {
    const key = JSON.stringify(choices);
    const plan = plans.get(key) ?? buildGraph([{ [WHOLE]: made }], {}).plan([WHOLE], choices);
    plans.set(key, plan);
    return plan;
  };
  const spec = specFor((choices) => planFor(choices).inputs);
  const made = markNode(spec, async (deps, context) => {
    const plan = planFor({});
    const given = plan.inputs.filter(({ name }) => Object.hasOwn(deps, name));
    const results = await plan.run(
      Object.fromEntries(given.map(({ name }) => [name, deps[name]])),
      context === undefined ? {} : { context, signal: context.signal },
    );
    return results[WHOLE];
  });
  return made;
}

/** No input can have this name. */
const WHOLE = "the whole";
