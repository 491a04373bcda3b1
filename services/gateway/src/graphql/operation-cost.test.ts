import { buildSchema, parse } from "graphql";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operationCost } from "./operation-cost.ts";

const schema = buildSchema(`
  type Query { runs(first: Int, last: Int): RunConnection! run: Run }
  type RunConnection { nodes: [Run!]! edges: [RunEdge!]! }
  type RunEdge { node: Run! cursor: String! }
  type Run { id: ID! tags: [String!]! tasks: [Task!]! flow: Flow }
  type Task { id: ID! run: Run! }
  interface Flow { name: String! }
  type Plain implements Flow { name: String! more: Int! }
`);
const weigh = (text: string, variables: Record<string, unknown> = {}, operationName?: string) =>
  operationCost({ schema, document: parse(text), operationName, variables });

describe("operationCost", () => {
  test.each([
    ["{ run { id tags } }", { cost: 3, depth: 2 }],
    ["{ run { tasks { id } } }", { cost: 1 + 1 + 10, depth: 3 }],
    ["{ runs(first: 5) { nodes { id } } }", { cost: 1 + 5 * 2, depth: 3 }],
    ["{ runs { edges { node { id } } } }", { cost: 1 + 20 * 3, depth: 4 }],
    ["{ runs(first: 100000) { nodes { id } } }", { cost: 1 + 100 * 2, depth: 3 }],
    ["{ runs(first: 2) { nodes { tasks { id } } } }", { cost: 1 + 2 * (1 + 1 + 10), depth: 4 }],
    ["{ __schema { types { name fields { name } } } __typename }", { cost: 2, depth: 0 }],
  ])("weighs %s", (text, wanted) => {
    expect(weigh(text)).toEqual(wanted);
  });

  test("takes the length of a page from the variables", () => {
    expect(weigh("query ($n: Int) { runs(last: $n) { nodes { id } } }", { n: 3 }).cost).toBe(7);
    expect(weigh("query ($n: Int) { runs(last: $n) { nodes { id } } }").cost).toBe(41);
  });

  test("looks into fragments, wherever they are spread", () => {
    const text =
      "{ run { ...F ... on Run { flow { ... on Plain { more } } } } } fragment F on Run { tasks { id } }";

    expect(weigh(text)).toEqual({ cost: 1 + (1 + 10) + (1 + 1), depth: 3 });
  });

  test("weighs the operation that is named, and nothing when there is none", () => {
    const text = "query A { run { id } } query B { run { id tags } }";

    expect([
      weigh(text, {}, "A").cost,
      weigh(text, {}, "B").cost,
      weigh(text, {}, "C").cost,
    ]).toEqual([2, 3, 0]);
  });

  test("grows with the page", () => {
    const sizes = fc.integer({ min: 1, max: 99 });
    fc.assert(
      fc.property(
        sizes,
        (n) =>
          weigh(`{ runs(first: ${n + 1}) { nodes { id } } }`).cost >
          weigh(`{ runs(first: ${n}) { nodes { id } } }`).cost,
      ),
    );
  });
});
