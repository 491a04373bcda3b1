import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChoicePoint, ResolvedNode } from "../node/resolved-node.ts";
import { type Reach, reach } from "./reach.ts";

type Needs = Readonly<Record<string, readonly string[]>>;

function resolved(needs: readonly string[], choices: readonly ChoicePoint[] = []): ResolvedNode {
  return {
    dependencies: needs.map((need) => ({
      name: need.replace("?", ""),
      required: !need.endsWith("?"),
    })),
    call: () => undefined,
    usesContext: false,
    readsNames: true,
    options: {},
    choices,
    variant: "",
    faults: [],
  };
}

function walk(needs: Needs, from: readonly string[]): Reach {
  const nodes = new Map(Object.entries(needs).map(([name, own]) => [name, resolved(own)]));
  return reach({ from, nodeOf: (name) => nodes.get(name) });
}

/** Graphs without cycles: each node needs some before it, and inputs. */
const acyclic: fc.Arbitrary<Needs> = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .map((rows) =>
    Object.fromEntries(
      rows.map((row, i) => [
        `n${i}`,
        [
          ...new Set(
            row.map((pick) => (pick % 5 === 0 || i === 0 ? `in${pick % 3}` : `n${pick % i}`)),
          ),
        ],
      ]),
    ),
  );

describe("reach", () => {
  test("puts every node after all that it needs, once", () => {
    fc.assert(
      fc.property(acyclic, (needs) => {
        const { nodes, cycles } = walk(needs, Object.keys(needs).toReversed());
        const at = new Map(nodes.map(({ name }, i) => [name, i]));

        expect(cycles).toEqual([]);
        expect(at.size).toBe(nodes.length);
        expect(at.size).toBe(Object.keys(needs).length);
        for (const [name, own] of Object.entries(needs))
          for (const need of own)
            if (need in needs) expect(at.get(need)).toBeLessThan(at.get(name) ?? -1);
      }),
    );
  });

  test("finds exactly what is upstream", () => {
    fc.assert(
      fc.property(acyclic, fc.nat(), (needs, pick) => {
        const names = Object.keys(needs);
        const start = names[pick % names.length] ?? "";
        const expected = new Set([start]);
        for (const name of expected) for (const need of needs[name] ?? []) expected.add(need);

        const { nodes, inputs } = walk(needs, [start]);

        expect(new Set([...nodes.map(({ name }) => name), ...inputs.keys()])).toEqual(expected);
      }),
    );
  });

  test("requires an input that any node requires", () => {
    const { inputs } = walk({ a: ["x?", "y?"], b: ["a", "x", "y?"] }, ["b"]);

    expect([...inputs]).toEqual([
      ["x", { required: true }],
      ["y", { required: false }],
    ]);
  });

  test("reports each edge that closes a cycle, with the nodes on the way", () => {
    const { cycles, nodes } = walk({ a: ["b", "a"], b: ["c"], c: ["b", "x"] }, ["a"]);

    expect(cycles).toEqual([
      ["b", "c", "b"],
      ["a", "a"],
    ]);
    expect(nodes.map(({ name }) => name)).toEqual(["c", "b", "a"]);
  });

  test("takes a diamond for no cycle", () => {
    expect(walk({ a: [], b: ["a"], c: ["a"], d: ["b", "c"] }, ["d"]).cycles).toEqual([]);
  });

  test("follows open choices, or leaves them", () => {
    const point: ChoicePoint = { key: "k", values: ["x"], hasOtherwise: false };
    const nodes = new Map([
      ["picked", resolved(["k", "a"], [point])],
      ["a", resolved(["in"])],
    ]);
    const options = { from: ["picked"], nodeOf: (name: string) => nodes.get(name) };

    const through = reach(options);
    const around = reach({ ...options, throughChoices: false });

    expect(through.nodes.map(({ name }) => name)).toEqual(["a", "picked"]);
    expect([...through.choices.keys()]).toEqual(["k"]);
    expect(around.nodes.map(({ name }) => name)).toEqual(["picked"]);
    expect([...around.inputs.keys()]).toEqual([]);
  });
});
