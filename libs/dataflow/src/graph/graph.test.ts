import { describe, expect, test } from "vitest";
import { GraphError } from "../errors.ts";
import { bind, group } from "../modifier/bind.ts";
import { choose } from "../modifier/choose.ts";
import { fields } from "../modifier/fields.ts";
import { node } from "../modifier/node.ts";
import { graph, graphFrom } from "./graph.ts";
import type { GraphProblem } from "./problem.ts";

type Loose = Readonly<Record<string, unknown>>;

// mistakes that the compiler would report
const rwsBinding: never = { rws: "a" } as never;
const prtsBinding: never = { prts: group(["a"]) } as never;

function problemsOf(act: () => unknown): readonly GraphProblem[] {
  try {
    act();
  } catch (error) {
    if (error instanceof GraphError) return error.problems;
    throw error;
  }
  return [];
}

describe("graph", () => {
  test("makes a node of each exported function, in the order of the modules", () => {
    const { nodes, inputs } = graph(
      { sum: ({ a, b = 1 }: { a: number; b?: number }) => a + b },
      { twice: ({ sum }: { sum: number }) => sum * 2 },
    );

    expect(nodes).toEqual([
      {
        name: "sum",
        kind: "function",
        dependencies: [
          { name: "a", required: true },
          { name: "b", required: false },
        ],
        options: {},
        module: 0,
        exportName: "sum",
      },
      {
        name: "twice",
        kind: "function",
        dependencies: [{ name: "sum", required: true }],
        options: {},
        module: 1,
        exportName: "twice",
      },
    ]);
    expect(inputs).toEqual([
      { name: "a", required: true },
      { name: "b", required: false },
    ]);
  });

  test("leaves out what is no node: constants, classes, hidden functions, the default", () => {
    const { nodes } = graphFrom([
      {
        limit: 3,
        Model: Map,
        _helper: () => 1,
        default: () => 2,
        when: new Date(0),
        a: () => 3,
      },
    ]);

    expect(nodes.map((each) => each.name)).toEqual(["a"]);
  });

  test("names modules where it is told their names", () => {
    const { nodes } = graphFrom([{ a: () => 1 }, { b: () => 2 }], {
      moduleNames: ["first", "second"],
    });

    expect(nodes.map((each) => each.moduleName)).toEqual(["first", "second"]);
  });

  test("tells options, and that a node chooses", () => {
    const pick = choose("mode", { fast: () => 1, slow: ({ n }: { n: number }) => n });
    const { nodes, inputs } = graph({ pick: node(pick, { tags: { owner: "me" } }) });

    expect(nodes[0]).toMatchObject({ kind: "choice", options: { tags: { owner: "me" } } });
    expect(inputs).toEqual([
      { name: "mode", required: true, choice: { values: ["fast", "slow"], hasOtherwise: false } },
      { name: "n", required: true },
    ]);
  });

  test("adds one node for a function whose fields are taken, unless it is a node itself", () => {
    const split = ({ rows }: { rows: number[] }) => ({ train: rows, test: rows });
    const { train, test: held } = fields(split);

    const hidden = graph({ train, test: held }).nodes;
    const shown = graph({ train, test: held, split }).nodes;

    expect(hidden.map((each) => each.name)).toEqual(["train", "test", "{ test, train }"]);
    expect(hidden[2]).toMatchObject({ exportName: "train", dependencies: [{ name: "rows" }] });
    expect(shown.map((each) => each.name)).toEqual(["train", "test", "split"]);
    expect(shown[0]?.dependencies).toEqual([{ name: "split", required: true }]);
  });

  test("shortens the name of a node that many fields share", () => {
    const { a, b, c, d } = fields(() => ({ a: 1, b: 2, c: 3, d: 4 }));

    expect(graph({ a, b, c, d }).nodes.at(-1)?.name).toBe("{ a, b, 2 more }");
  });

  test("keeps apart the nodes of functions that make parts of each other", () => {
    const outer = () => ({ inner: { a: 1, b: 2 } });
    const { a } = fields(fields(outer).inner);
    const { b } = fields(() => ({ b: 3 }));

    const built = graph({ a, b });

    expect(built.nodes.map((each) => each.name)).toEqual(["a", "b", "{ a }", "{ a } 2", "{ b }"]);
    expect(built.plan("a", "b").runSync()).toEqual({ a: 1, b: 3 });
  });

  test("collects every problem of the modules", () => {
    const problems = problemsOf(() =>
      graphFrom([
        {
          a: ({ c }: Loose) => c,
          b: ({ a }: Loose) => a,
          c: ({ b }: Loose) => b,
          self: ({ self }: Loose) => self,
          positional: (x: number) => x,
          rest: ({ ...all }: Loose) => all,
          bound: bind(({ rows }: Loose) => rows, rwsBinding),
          mode: () => "fast",
          chosen: choose("mode", { fast: () => 1 }),
        },
        { b: () => 2 },
      ]),
    );

    expect(problems.map(({ code, node: name }) => [code, name])).toEqual([
      ["dag/duplicate", "b"],
      ["dag/positional-parameter", "positional"],
      ["dag/rest-parameter", "rest"],
      ["dag/unknown-dependency", "bound"],
      ["dag/cycle", "a"],
      ["dag/cycle", "self"],
      ["dag/made-choice", "mode"],
    ]);
    for (const { message, fix } of problems) expect([message, fix]).not.toContain("");
  });

  test("tells the path of a cycle", () => {
    const [problem] = problemsOf(() =>
      graphFrom([
        {
          a: ({ c }: Loose) => c,
          b: ({ a }: Loose) => a,
          c: ({ b }: Loose) => b,
          d: ({ a }: Loose) => a,
        },
      ]),
    );

    expect(problem?.path).toEqual(["a", "c", "b", "a"]);
    expect(problem?.message).toBe('node "a" depends on itself: a -> c -> b -> a');
  });

  test("does not take branches that exclude each other for a cycle", () => {
    const module = {
      left: choose("from", { left: () => 1, right: ({ right }: { right: number }) => right + 1 }),
      right: choose("from", { right: () => 1, left: ({ left }: { left: number }) => left + 1 }),
    };

    const plan = graphFrom([module]).plan(["left", "right"]);

    expect(plan.runSync({ from: "left" })).toEqual({ left: 1, right: 2 });
    expect(plan.runSync({ from: "right" })).toEqual({ left: 2, right: 1 });
  });

  test("finds a cycle that a choice closes", () => {
    const module = {
      a: choose("how", { round: ({ b }: Loose) => b, straight: () => 1 }),
      b: ({ a }: Loose) => a,
    };
    const built = graphFrom([module]);

    expect(built.plan(["b"], { how: "straight" }).runSync()).toEqual({ b: 1 });
    expect(problemsOf(() => built.plan(["b"], { how: "round" }))[0]?.path).toEqual(["b", "a", "b"]);
    expect(problemsOf(() => built.plan(["b"]).runSync({ how: "round" }))[0]?.code).toBe(
      "dag/cycle",
    );
  });

  test("proposes names in its messages", () => {
    const total = ({ parts }: { parts: number[] }) => parts.length;
    const bound = bind(total, prtsBinding);

    const [unknown] = problemsOf(() => graphFrom([{ ageMean: () => 1 }]).plan(["ageMeen"]));
    const [binding] = problemsOf(() => graphFrom([{ bound }]));

    expect(unknown?.message).toBe('no node "ageMeen"; did you mean "ageMean"?');
    expect(binding?.message).toContain('which its function does not take; did you mean "parts"?');
  });
});

describe("GraphError", () => {
  test("is one sentence for one problem, and a list for more", () => {
    const one = (): unknown => graphFrom([{ a: () => 1 }]).plan(["total"]);
    const two = (): unknown => graphFrom([{ a: () => 1 }]).plan(["total", "mean"]);

    expect(one).toThrow('no node "total" (dag/unknown-node); the modules make "a"');
    expect(two).toThrow('2 problems:\n  dag/unknown-node: no node "total"; the modules make "a"');
  });

  test("gives its problems as data", () => {
    const problems = problemsOf(() => graphFrom([{ a: () => 1 }]).plan(["b"]));

    expect(new GraphError(problems).data()).toEqual({ problems });
  });
});
