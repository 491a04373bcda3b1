import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reach } from "../graph/reach.ts";
import type { ResolvedNode } from "../node/resolved-node.ts";
import { layOut, type Program } from "./program.ts";

function resolved(needs: readonly string[], usesContext = false): ResolvedNode {
  return {
    dependencies: needs.map((name) => ({ name, required: true })),
    call: () => needs,
    usesContext,
    readsNames: true,
    options: {},
    choices: [],
    variant: "",
    faults: [],
  };
}

function compile(
  needs: Readonly<Record<string, readonly string[]>>,
  outputs: readonly string[],
  usesContext = false,
): Program {
  const nodes = new Map(
    Object.entries(needs).map(([name, own]) => [name, resolved(own, usesContext)]),
  );
  const { nodes: reached, inputs } = reach({ from: outputs, nodeOf: (name) => nodes.get(name) });
  return layOut(
    reached.map(({ name, node }) => ({ name, node, described: undefined })),
    [...inputs.keys()],
    outputs.map((name) => ({ name, from: name })),
  );
}

/** The names in the slots that a node reads. */
function read(program: Program, i: number): readonly (string | undefined)[] {
  const names = [...program.given, ...program.names];
  return [...program.slots.subarray(program.slotsAt[i], program.slotsAt[i + 1])].map(
    (slot) => names[slot],
  );
}

describe("layOut", () => {
  test("lays a diamond out flat", () => {
    const program = compile({ b: ["x"], c: ["b", "x"], d: ["b"], e: ["c", "d", "y"] }, ["e", "b"]);

    expect(program.given).toEqual(["x", "y"]);
    expect(program.names).toEqual(["b", "c", "d", "e"]);
    expect(program.keys).toEqual([["x"], ["b", "x"], ["b"], ["c", "d", "y"]]);
    expect([...program.slotsAt]).toEqual([0, 1, 3, 4, 7]);
    expect([...program.slots]).toEqual([0, 2, 0, 2, 3, 4, 1]);
    expect([...program.uses]).toEqual([2, 1, 3, 1, 1, 1]); // x y b c d e; b and e are outputs too
    expect(program.consumers).toEqual([[1, 2], [3], [3], []]);
    expect([...program.waits]).toEqual([0, 1, 1, 2]);
    expect(program.outputs).toEqual([
      { name: "e", slot: 5 },
      { name: "b", slot: 2 },
    ]);
  });

  test("gives an overridden output a slot among what is given", () => {
    const program = compile({}, ["a"]);

    expect(program).toMatchObject({ given: ["a"], names: [], outputs: [{ name: "a", slot: 0 }] });
  });

  test("knows whether any function wants a context", () => {
    const of = (usesContext: boolean): Program => compile({ a: [] }, ["a"], usesContext);

    expect(of(true).usesContext).toBe(true);
    expect(of(false).usesContext).toBe(false);
  });

  test("counts uses so that nothing is let go too early, and everything in the end", () => {
    const graphs = fc
      .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 20 })
      .map((rows) =>
        Object.fromEntries(
          rows.map((row, i) => [
            `n${i}`,
            [...new Set(row.map((pick) => (i === 0 ? "in" : `n${pick % i}`)))],
          ]),
        ),
      );
    fc.assert(
      fc.property(graphs, (needs) => {
        const last = `n${Object.keys(needs).length - 1}`;
        const program = compile(needs, [last]);
        const left = [...program.uses];

        for (const i of program.names.keys()) {
          expect(read(program, i)).toEqual(program.keys[i]);
          for (const slot of program.slots.subarray(program.slotsAt[i], program.slotsAt[i + 1])) {
            expect(left[slot]).toBeGreaterThan(0);
            left[slot] = (left[slot] ?? 0) - 1;
          }
        }

        expect(left).toEqual(left.map((_, slot) => (slot === program.outputs[0]?.slot ? 1 : 0)));
      }),
    );
  });
});
