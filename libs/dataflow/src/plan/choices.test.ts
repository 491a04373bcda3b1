import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graphFrom, type UntypedGraph } from "../graph/graph.ts";
import { bind, group } from "../modifier/bind.ts";
import { choose } from "../modifier/choose.ts";
import { fields } from "../modifier/fields.ts";
import { node } from "../modifier/node.ts";
import type { Fn } from "../typed/module-types.ts";

/** Graphs whose nodes choose by three keys among functions of earlier nodes, wrapped in this and that. */
interface Recipe {
  readonly key: number;
  readonly picks: readonly number[];
  readonly wrap: number;
  readonly hasOtherwise: boolean;
}

const recipes: fc.Arbitrary<readonly Recipe[]> = fc.array(
  fc.record({
    key: fc.nat({ max: 3 }),
    picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
    wrap: fc.nat({ max: 3 }),
    hasOtherwise: fc.boolean(),
  }),
  { minLength: 1, maxLength: 10 },
);

type Parts = { parts: readonly number[] };
const add = ({ parts }: Parts): number => parts.reduce((a, b) => a + 2 * b, 1);
const addBoxed = ({ parts }: Parts): { value: number } => ({ value: add({ parts }) });

function build(list: readonly Recipe[]): UntypedGraph {
  return graphFrom([Object.fromEntries(list.map((recipe, i) => [`n${i}`, nodeOf(recipe, i)]))]);
}

function nodeOf(recipe: Recipe, i: number): Fn {
  const chosen = (of: (parts: Parts) => unknown): Fn => choiceOf(recipe, branchesOf(recipe, i, of));
  if (recipe.wrap === 1) return node(chosen(add), { tags: { a: "b" } });
  if (recipe.wrap === 2) return bind(chosen(add), {});
  if (recipe.wrap === 3) return fields(chosen(addBoxed) as typeof addBoxed).value; // it returns what they return
  return chosen(add);
}

/** For each value of the key, a function of some nodes before. */
function branchesOf({ picks }: Recipe, i: number, of: (parts: Parts) => unknown): readonly Fn[] {
  return picks.map((pick, value) =>
    bind(of, { parts: group([`in${pick % 2}`, ...(i === 0 ? [] : [`n${(pick + value) % i}`])]) }),
  );
}

function choiceOf({ key, hasOtherwise }: Recipe, branches: readonly Fn[]): Fn {
  const [first = add] = branches;
  if (key === 3) return first; // chooses nothing
  const byValue = Object.fromEntries(branches.map((branch, value) => [`v${value}`, branch]));
  return hasOtherwise
    ? choose(`k${key}`, byValue, { otherwise: first })
    : choose(`k${key}`, byValue);
}

const values = fc.record({
  k0: fc.constantFrom("v0", "v1", "v2"),
  k1: fc.constantFrom("v0", "v1", "v2"),
  k2: fc.constantFrom("v0", "v1", "v2"),
});

describe("a choice", () => {
  test("gives the same whether it is made when planning or when running", async () => {
    await fc.assert(
      fc.asyncProperty(recipes, values, fc.nat(), async (list, choices, pick) => {
        const built = build(list);
        const names = [`n${pick % list.length}`];
        const known = built
          .plan(names)
          .inputs.flatMap(({ name, choice }) => (choice ? [name] : []));
        const made = Object.fromEntries(
          Object.entries(choices).filter(([key]) => known.includes(key)),
        );
        const inputs = { in0: 3, in1: 5 };

        const open = await outcome(() =>
          built.plan(names).run(needed(built, names, { ...inputs, ...made })),
        );
        const early = await outcome(() => {
          const plan = built.plan(names, made);
          return plan.run(
            Object.fromEntries(plan.inputs.map(({ name }) => [name, inputs[name as "in0"]])),
          );
        });

        expect(early).toEqual(open);
      }),
    );
  });
});

/** What a plan takes, of these. */
function needed(
  built: UntypedGraph,
  names: readonly string[],
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(built.plan(names).inputs.map(({ name }) => [name, given[name]]));
}

/** The result, or which choices have no branch for their value. */
async function outcome(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    const { problems = [] } = error as { problems?: readonly { code: string; message: string }[] };
    return problems
      .filter(({ code }) => code === "dag/unmatched-choice")
      .map(({ message }) => message);
  }
}
