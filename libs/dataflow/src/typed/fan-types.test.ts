import { expect, expectTypeOf, test } from "vitest";
import { graph, graphFrom } from "../graph/graph.ts";
import { bind, value } from "../modifier/bind.ts";
import { choose } from "../modifier/choose.ts";
import { collect } from "../modifier/collect.ts";
import { each } from "../modifier/each.ts";
import { fields } from "../modifier/fields.ts";
import { node } from "../modifier/node.ts";
import { pipe, step } from "../modifier/pipe.ts";
import { subgraph } from "../modifier/subgraph.ts";
import type { Deps } from "./module-types.ts";
import type { DepthOf, Replacing } from "./fan-types.ts";

const rows = {
  row: each(({ table }: { table: readonly (readonly number[])[] }) => table),
  cell: each(({ row }: { row: readonly number[] }) => row),
  text: ({ cell, unit }: { cell: number; unit: string }) => `${cell} ${unit}`,
  line: collect(({ text }: { text: readonly string[] }) => text.join()),
  sized: ({ line, row }: { line: string; row: readonly number[] }) => line.length + row.length,
  page: collect(({ sized, unit }: { sized: readonly number[]; unit: string }) => [unit, sized]),
};

test("a result is a list for each fan-out around it that is not collected", () => {
  const plan = graph(rows).plan("row", "cell", "text", "line", "sized", "page");
  const made = plan.runSync({ table: [[1], []], unit: "m" });

  expectTypeOf(made.row).toEqualTypeOf<readonly (readonly number[])[]>();
  expectTypeOf(made.cell).toEqualTypeOf<readonly (readonly number[])[]>();
  expectTypeOf(made.text).toEqualTypeOf<readonly (readonly string[])[]>();
  expectTypeOf(made.line).toEqualTypeOf<readonly string[]>();
  expectTypeOf(made.sized).toEqualTypeOf<readonly number[]>();
  expectTypeOf(made.page).toEqualTypeOf<(string | readonly number[])[]>();
  expect(made).toEqual({
    row: [[1], []],
    cell: [[1], []],
    text: [["1 m"], []],
    line: ["1 m", ""],
    sized: [4, 0],
    page: ["m", [4, 0]],
  });
});

test("the depth of a node counts what hands out and what gathers, up to three", () => {
  expectTypeOf<DepthOf<typeof rows, "page">>().toEqualTypeOf<"0">();
  expectTypeOf<DepthOf<typeof rows, "line">>().toEqualTypeOf<"1">();
  expectTypeOf<DepthOf<typeof rows, "text">>().toEqualTypeOf<"2">();
});

test("items come from anything that can be iterated, also later", async () => {
  const made = {
    letter: each(() => new Set(["a", "b"])),
    later: each(async () => await Promise.resolve([1, 2])),
    stream: each(async function* () {
      yield await Promise.resolve(true);
    }),
  };
  const { letter, later, stream } = await graph(made).plan("letter", "later", "stream").run();

  expectTypeOf(letter).toEqualTypeOf<readonly string[]>();
  expectTypeOf(later).toEqualTypeOf<readonly number[]>();
  expectTypeOf(stream).toEqualTypeOf<readonly boolean[]>();
  expect([letter, later, stream]).toEqual([["a", "b"], [1, 2], [true]]);
});

test("modifiers keep what a node hands out", () => {
  const numbers = each(({ from, end }: { from: number; end: number }) =>
    Array.from({ length: end - from }, (_, i) => from + i),
  );
  const boxes = each(({ box }: { box: readonly { id: string; size: number }[] }) => box);
  const { id } = fields(boxes);
  const module = {
    bound: bind(numbers, { from: value(3) }),
    optioned: node(numbers, { tags: { role: "items" } }),
    picked: choose("long", { true: numbers, false: each(() => [1]) }),
    piped: pipe(numbers).after(
      step(({ x }: { x: number }) => `${x}`, { takes: "x", name: "shown" }),
    ),
    id,
  };
  const plan = graphFrom([module]).plan(["bound"]);
  const typed = graph(module).plan("bound", "optioned", "picked", "piped", "id");
  const made = typed.runSync({ from: 4, end: 5, long: true, box: [{ id: "a", size: 1 }] });

  expectTypeOf(made.bound).toEqualTypeOf<readonly number[]>();
  expectTypeOf(made.optioned).toEqualTypeOf<readonly number[]>();
  expectTypeOf(made.picked).toEqualTypeOf<readonly number[]>();
  expectTypeOf(made.piped).toEqualTypeOf<readonly string[]>();
  expectTypeOf(made.id).toEqualTypeOf<readonly string[]>();
  expect(made).toEqual({ bound: [3, 4], optioned: [4], picked: [4], piped: ["4"], id: ["a"] });
  expect(plan.runSync({ end: 4 })).toEqual({ bound: [3] });
});

test("a subgraph hands on what its nodes hand out", () => {
  const { text, line, page } = subgraph(rows, { namespace: "rows", config: {} });
  const module = {
    page,
    whole: collect(({ line: lines }: { line: readonly string[] }) => lines.join(";")),
    line,
    text,
  };
  const made = graph(module)
    .plan("whole", "line", "page")
    .runSync({ table: [[1], [2]], unit: "m" });

  expectTypeOf(made.whole).toEqualTypeOf<string>();
  expectTypeOf(made.line).toEqualTypeOf<readonly string[]>();
  expectTypeOf(made.page).toEqualTypeOf<(string | readonly number[])[]>();
  expect(made).toEqual({ whole: "1 m;2 m", line: ["1 m", "2 m"], page: ["m", [4, 4]] });
  expectTypeOf(line).returns.resolves.toEqualTypeOf<readonly string[]>();
});

test("all items stand in for those that are handed out, one value for a node inside", () => {
  expectTypeOf<Replacing<typeof rows.cell>>().toExtend<Iterable<number> | AsyncIterable<number>>();
  expectTypeOf<Replacing<typeof rows.text>>().toEqualTypeOf<string>();
  expectTypeOf<Deps<typeof rows.cell>>().toEqualTypeOf<{ row: readonly number[] }>();
});
