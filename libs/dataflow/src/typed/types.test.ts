import { describe, expectTypeOf, test } from "vitest";
import { graph } from "../graph/graph.ts";
import { bind, group, value } from "../modifier/bind.ts";
import { choose } from "../modifier/choose.ts";
import { columns } from "../modifier/columns.ts";
import { fields } from "../modifier/fields.ts";
import { node } from "../modifier/node.ts";
import type { NodeContext } from "../node-context.ts";
import type { ChoiceKeys, Choices, Narrow } from "./choice-types.ts";
import type { External, InputsFor, Upstream } from "./input-types.ts";
import type { Deps, Merge, NodeName, OneOf, Output } from "./module-types.ts";
import type { Wrong } from "./problem-types.ts";

const module = {
  limit: 3,
  _hidden: ({ secret }: { secret: string }) => secret,
  Model: Map,
  load: async ({ path }: { path: string }, { signal }: NodeContext) =>
    await Promise.resolve(signal.aborted ? [] : [path.length]),
  mean: ({ load, round = false }: { load: number[]; round?: boolean }) => (round ? 1 : load.length),
  flag: ({ round }: { round: boolean }) => round,
  sized: choose("unit", {
    metres: ({ mean }: { mean: number }) => mean,
    text: ({ format }: { format: string }) => format,
  }),
  shown: choose(
    "verbose",
    { true: () => 1 },
    { otherwise: ({ depth = 1 }: { depth?: number }) => depth },
  ),
};
type M = Merge<[typeof module]>;

describe("types of a graph", () => {
  test("know the nodes, and nothing else", () => {
    expectTypeOf<NodeName<typeof module>>().toEqualTypeOf<
      "load" | "mean" | "flag" | "sized" | "shown"
    >();
    expectTypeOf<Output<M["load"]>>().toEqualTypeOf<number[]>();
    expectTypeOf<Deps<M["load"]>>().toEqualTypeOf<{ path: string }>();
  });

  test("know what is upstream, and what it takes", () => {
    expectTypeOf<Upstream<M, "mean">>().toEqualTypeOf<"mean" | "load">();
    expectTypeOf<InputsFor<M, "mean">>().toEqualTypeOf<{ path: string; round?: boolean }>();
    expectTypeOf<External<M, "load" | "flag">>().toEqualTypeOf<{ path: string; round: boolean }>();
  });

  test("require an input that one node requires and another does not", () => {
    expectTypeOf<InputsFor<M, "mean" | "flag">>().toEqualTypeOf<{ path: string; round: boolean }>();
  });

  test("intersect what several nodes want of an input", () => {
    const both = {
      a: ({ x }: { x: { p: number } }) => x,
      b: ({ x }: { x: { q: string } }) => x,
    };

    expectTypeOf<InputsFor<typeof both, "a" | "b">["x"]>().toEqualTypeOf<
      { p: number } & { q: string }
    >();
  });

  test("know choices, their values, and what they leave", () => {
    expectTypeOf<ChoiceKeys<M, "sized" | "mean">>().toEqualTypeOf<"unit">();
    expectTypeOf<ChoiceKeys<M, "mean">>().toEqualTypeOf<never>();
    expectTypeOf<Choices<M>["unit"]>().toEqualTypeOf<"metres" | "text" | undefined>();
    expectTypeOf<InputsFor<M, "sized">>().toEqualTypeOf<{
      unit: "metres" | "text";
      path: string;
      round?: boolean;
      format: string;
    }>();
    expectTypeOf<InputsFor<Narrow<M, { unit: "text" }>, "sized">>().toEqualTypeOf<{
      format: string;
    }>();
  });

  test("take booleans for branches named true and false", () => {
    const flagged = {
      rows: choose("dev", { true: () => 20, false: ({ all }: { all: number }) => all }),
    };
    const built = graph(flagged);

    expectTypeOf<InputsFor<typeof flagged, "rows">>().toEqualTypeOf<{
      dev: boolean;
      all: number;
    }>();
    expectTypeOf(built.plan(["rows"], { dev: true }).run).toBeCallableWith();
    expectTypeOf(built.plan(["rows"], { dev: Math.random() > 2 }).run).toBeCallableWith({ all: 1 });
  });

  test("let a key with otherwise be anything, or nothing", () => {
    expectTypeOf<InputsFor<M, "shown">>().toEqualTypeOf<{
      verbose?: boolean | (string & {});
      depth?: number;
    }>();
  });

  test("find nothing wrong with right modules, and say what is with others", () => {
    const text = { path: () => "x", len: ({ path }: { path: number }) => path };

    expectTypeOf<Wrong<[typeof module]>>().toEqualTypeOf<never>();
    expectTypeOf<
      Wrong<[typeof text]>
    >().toEqualTypeOf<"'len' takes another type for 'path' than 'path' returns">();
    expectTypeOf<Wrong<[typeof text, { len: () => 1 }]>>().toMatchTypeOf<string>();
    expectTypeOf<OneOf<"a">>().toEqualTypeOf<"a">();
  });

  test("type a plan: results, inputs, overrides, choices", () => {
    const built = graph(module);
    const plan = built.plan("mean", "load");
    const free = built.plan("shown");
    const chosen = built.plan(["sized"], { unit: "text" });

    expectTypeOf<ReturnType<typeof plan.runSync>>().toEqualTypeOf<{
      readonly mean: number;
      readonly load: number[];
    }>();
    expectTypeOf(free.run).toBeCallableWith();
    expectTypeOf(free.run).toBeCallableWith({ verbose: true, depth: 2 });
    expectTypeOf(chosen.run).toBeCallableWith({ format: "x" });
    expectTypeOf<ReturnType<typeof chosen.runSync>>().toEqualTypeOf<{ readonly sized: string }>();
    expectTypeOf(plan.run).toBeCallableWith({}, { overrides: { load: [1] } });
  });
});

describe("types of modifiers", () => {
  const scale = ({ x, by }: { x: number; by?: number }): string => `${x}${by}`;

  test("node keeps the function's own type", () => {
    expectTypeOf(node(scale, { check: (text) => text.length > 0 || "empty" })).toEqualTypeOf(scale);
    expectTypeOf<ChoiceKeys<{ a: typeof wrapped }, "a">>().toEqualTypeOf<"unit">();
  });
  const wrapped = node(module.sized, {});

  test("bind renames, drops and gathers dependencies", () => {
    const sum = ({ parts, ends }: { parts: number[]; ends: { a: Date; b: number } }) => [
      parts,
      ends,
    ];
    const bound = bind(sum, { parts: group(["m", "n"]), ends: group({ a: "start", b: "n" }) });

    expectTypeOf<Deps<ReturnType<typeof renamed>>>().toEqualTypeOf<{
      width: number;
      by?: number;
    }>();
    expectTypeOf<Deps<ReturnType<typeof fixed>>>().toEqualTypeOf<{ by?: number }>();
    expectTypeOf<Deps<typeof bound>>().toEqualTypeOf<{ m: number; n: number; start: Date }>();
  });
  const renamed = () => bind(scale, { x: "width" });
  const fixed = () => bind(scale, { x: value(1) });

  test("fields and columns know the type of each part", () => {
    const { low } = fields(
      async ({ n }: { n: number }) => await Promise.resolve({ low: n, high: "h" }),
    );
    const { age } = columns((): Record<string, Float64Array> => ({}), "age");
    const arrow = columns(
      (): { getChild(name: string): Int8Array | null } => ({ getChild: () => null }),
      "a",
    );

    expectTypeOf<Output<typeof low>>().toEqualTypeOf<number>();
    expectTypeOf<Deps<typeof low>>().toEqualTypeOf<{ n: number }>();
    expectTypeOf<Output<typeof age>>().toEqualTypeOf<Float64Array>();
    expectTypeOf<Output<typeof arrow.a>>().toEqualTypeOf<Int8Array>();
  });

  test("parts of a choice are choices too", () => {
    const { half } = fields(
      choose("side", {
        left: ({ l }: { l: number }) => ({ half: l }),
        right: ({ r }: { r: string }) => ({ half: r }),
      }),
    );
    const chosen = graph({ half }).plan(["half"], { side: "right" });

    expectTypeOf(chosen.run).toBeCallableWith({ r: "x" });
    expectTypeOf<ReturnType<typeof chosen.runSync>>().toEqualTypeOf<{ readonly half: string }>();
  });

  test("a bound choice is a choice by its new key", () => {
    const bound = bind(module.sized, { unit: "sizeUnit", format: "layout" });

    expectTypeOf<Choices<{ bound: typeof bound }>>().toEqualTypeOf<{
      readonly sizeUnit?: "metres" | "text";
    }>();
    expectTypeOf<
      InputsFor<Narrow<{ bound: typeof bound }, { sizeUnit: "text" }>, "bound">
    >().toEqualTypeOf<{ layout: string }>();
  });
});
