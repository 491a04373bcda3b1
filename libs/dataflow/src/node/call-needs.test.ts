import { expect, test } from "vitest";
import { bind } from "../modifier/bind.ts";
import { fields } from "../modifier/fields.ts";
import { pipe, step } from "../modifier/pipe.ts";
import { subgraph } from "../modifier/subgraph.ts";
import type { NodeContext } from "../node-context.ts";
import { callNeeds } from "./call-needs.ts";

const inner = {
  twice: ({ n }: { n: number }) => 2 * n,
  sum: ({ twice, more = 0 }: { twice: number; more?: number }) => twice + more,
};

test("a function takes what it is written to take, under the names that it is bound to", () => {
  const scaled = ({ x, by = 2 }: { x: number; by?: number }, { log }: NodeContext) => {
    log("scaled");
    return x * by;
  };

  expect(callNeeds(bind(scaled, { x: "price" }))).toEqual({
    dependencies: [
      { name: "price", required: true },
      { name: "by", required: false },
    ],
    usesContext: true,
  });
  expect(callNeeds(({ a }: { a: number }) => a).usesContext).toBe(false);
});

test("a part of several nodes takes what all of them take from outside", () => {
  const { train } = fields(({ days }: { days: number[] }) => ({ train: days }));
  const priced = pipe(({ cost }: { cost: number }) => cost).before(
    "cost",
    step(({ text }: { text: string }) => Number(text), { takes: "text" }),
  );
  const { sum } = subgraph(inner, { namespace: "eu", inputs: { n: "euRaw" } });
  const names = (fn: Parameters<typeof callNeeds>[0]): readonly string[] =>
    callNeeds(fn).dependencies.map(({ name, required }) => (required ? name : `${name}?`));

  expect(names(train)).toEqual(["days"]);
  expect(names(priced)).toEqual(["cost"]);
  expect(names(sum)).toEqual(["euRaw", "more?"]);
});
