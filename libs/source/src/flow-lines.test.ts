import { describe, expect, test } from "vitest";
import { flowLines } from "./flow-lines.ts";

describe("flowLines", () => {
  test("finds each flow and its run by name, also a method and inside a function", () => {
    const text = `
export const a = flow({
  name: "a",
  run: ({ params }) =>
    train(params),
});
const make = () => flow({ name: "b", async run() {} });
const other = { name: "c", go: 1 };
`;

    expect([...flowLines("flow.ts", text)]).toEqual([
      ["a", { flow: 2, run: 4 }],
      ["b", { flow: 7, run: 7 }],
    ]);
  });

  test("finds nothing in what is no program", () => {
    expect([...flowLines("flow.ts", "export const = {")]).toEqual([]);
  });
});
