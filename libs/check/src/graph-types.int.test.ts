import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { graphFrom } from "@weirflow/dataflow";
import { describe, expect, test } from "vitest";
import { UnknownTypedNodeError } from "./errors.ts";
import { type GraphTypes, graphTypes } from "./graph-types.ts";
import type { TypedGraph } from "./typed-graph.ts";
import type { TypeProblem } from "./type-problem.ts";

const FIXTURES = join(import.meta.dirname, "../test/fixtures");

async function load(...names: readonly string[]): Promise<TypedGraph> {
  const files = names.map((name) => join(FIXTURES, name));
  const modules = await Promise.all(
    files.map(async (file) => (await import(pathToFileURL(file).href)) as object),
  );
  return { graph: graphFrom(modules), modules, files };
}

async function typesOf(...names: readonly string[]): Promise<GraphTypes> {
  return await graphTypes([await load(...names)]);
}

/** A problem in short: code, node, dependency, and the line of the file. */
const shown = ({ code, node, need, place }: TypeProblem): string =>
  [code, node, need, place?.line].filter((part) => part !== undefined).join(" ");

/** The same with the place, as `weir check` writes it. */
const placed = ({ node, need, place }: TypeProblem): string => {
  const file = place === undefined ? "" : relative(FIXTURES, place.file).replaceAll("\\", "/");
  const parts = [`${file}:${place?.line}:${place?.column}`, node, need];
  return parts.filter((part) => part !== undefined).join(" ");
};

describe("problems", () => {
  test("are told of every edge that does not fit, where the parameter is written", async () => {
    using types = await typesOf("mistakes.ts");

    const problems = types.problems();

    expect(problems.map(shown).toSorted()).toEqual([
      "check/edge-type named later 17",
      "check/edge-type upper first 8",
      "check/input-type numbers limit 1",
    ]);
    expect(problems.find(({ node }) => node === "upper")).toMatchObject({
      reason:
        "\"upper\" takes another type for \"first\" than it gets: Type 'undefined' is not assignable to type 'string'.",
      fix: 'change the type of "first" in "upper", or what "first" returns',
      place: { file: join(FIXTURES, "mistakes.ts"), column: 36 },
    });
    expect(problems.find(({ node }) => node === "named")?.reason).toContain("'name'");
  });

  test("are told of values of which nothing is known, when that is asked for", async () => {
    using types = await typesOf("mistakes.ts");

    const added = types.problems({ strict: true }).slice(types.problems().length);

    expect(added.map(shown)).toEqual(["check/untyped parsed 26"]);
  });

  test("are told of edges whose type nobody knows, when that is asked for", async () => {
    using types = await typesOf("part-of-another.ts");

    expect(types.problems()).toEqual([]);
    expect(types.problems({ strict: true }).map(({ reason }) => reason)).toEqual([
      'the type of "price.raw" is not known here, so what "half" takes for "price.raw" is not checked',
    ]);
  });

  test("are none of subgraphs and savers of all kinds", async () => {
    for (const name of ["parts.ts", "inner-kinds.ts"]) {
      using types = await typesOf(name);

      expect(types.problems({ strict: true })).toEqual([]);
    }
  });

  test("are told of what goes into a subgraph, on in it, and out of it, and of what savers take", async () => {
    using types = await typesOf("part-mistakes.ts");

    const problems = types.problems({ strict: true });

    expect(problems.map(placed).toSorted()).toEqual([
      "inner/shop.ts:1:39 eu.net cost",
      "inner/shop.ts:2:39 eu.gross net",
      "inner/shop.ts:2:39 outer.deep.gross net",
      "inner/shop.ts:2:52 outer.deep.gross tax",
      "part-mistakes.ts:20:69 grouped.sum named",
      "part-mistakes.ts:20:8 grouped.sum all",
      "part-mistakes.ts:32:14 saved.csv rate",
      "part-mistakes.ts:35:14 logged logPath",
      "part-mistakes.ts:39:23 loose.save value",
      "part-mistakes.ts:9:36 twice gross",
    ]);
    expect(problems.find(({ need }) => need === "tax")).toMatchObject({
      code: "check/edge-type",
      reason:
        '"outer.deep.gross" takes another type for "tax" than it gets from "cost": ' +
        "Type 'string' is not assignable to type 'number'.",
      fix: 'change the type of "tax" in "outer.deep.gross", or what "cost" returns',
    });
    expect(problems.find(({ node }) => node === "logged")?.code).toBe("check/input-type");
  });

  test("are told of subgraphs and savers whose types nobody knows, when that is asked for", async () => {
    using types = await typesOf("untyped-parts.ts");

    expect(types.problems()).toEqual([]);
    expect(
      types
        .problems({ strict: true })
        .map((problem) => [problem.code, / "(\S+)"/u.exec(problem.reason)?.[1], placed(problem)])
        .toSorted(),
    ).toEqual([
      ["check/unchecked-saver", "saved.save", "untyped-parts.ts:29:14 saved"],
      ["check/unchecked-subgraph", "any.net", "untyped-parts.ts:22:14 loose"],
      ["check/unchecked-subgraph", "bound", "untyped-parts.ts:45:14 whole"],
      ["check/unchecked-subgraph", "branch", "untyped-parts.ts:26:14 chosen"],
      ["check/unchecked-subgraph", "checked", "untyped-parts.ts:41:14 checked"],
      ["check/unchecked-subgraph", "folding", "untyped-parts.ts:41:14 checked"],
      ["check/unchecked-subgraph", "typed.net", "untyped-parts.ts:18:16 net"],
    ]);
  });

  test("are none of a graph of all modifiers", async () => {
    using types = await typesOf("modified.ts");

    expect(types.problems({ strict: true })).toEqual([]);
  });

  test("are found through modifiers", async () => {
    using types = await typesOf("modified-mistakes.ts");

    expect(types.problems().map(shown).toSorted()).toEqual([
      "check/edge-type all one 9",
      "check/edge-type bound name 12",
      "check/edge-type in.squared n 21",
      "check/edge-type low name 11",
      "check/edge-type picked name 14",
      "check/edge-type piped amount 17",
      "check/edge-type text one 8",
    ]);
  });

  test("are found in fan-outs that depend on several choices", async () => {
    using types = await typesOf("chosen-fan-outs.ts");

    expect(types.problems().map(shown)).toEqual(["check/edge-type wrong scaled 16"]);
  });

  test("are told of values of choices that the graph cannot be planned with", async () => {
    using types = await typesOf("chosen-fault.ts");

    expect(types.problems().map(({ code, reason }) => [code, reason])).toEqual([
      [
        "dag/nothing-to-collect",
        'node "all" collects, but nothing that it takes comes from an each (where amount=one)',
      ],
    ]);
  });

  test("of several graphs are told apart, and those of a module that they share once", async () => {
    const [mistakes, modified] = [await load("mistakes.ts"), await load("modified.ts")];
    using types = await graphTypes([modified, mistakes, mistakes]);

    expect(types.problems().map(({ graph }) => graph)).toEqual([1, 1, 1]);
  });
});

describe("types", () => {
  test("are those of values: awaited, of one item, of a list", async () => {
    using types = await typesOf("modified.ts");

    expect(Object.fromEntries(types.typesOf())).toMatchObject({
      train: "number[]",
      day: "number",
      scaled: "number",
      total: "number",
      score: "number",
      price: "number",
      sum: "number",
      days: "readonly number[]",
      method: '"mean" | "total"',
      factor: "number",
      cost: "string",
    });
  });

  test("are told of what is in subgraphs, and of savers", async () => {
    using types = await typesOf("parts.ts");

    expect(Object.fromEntries(types.typesOf())).toMatchObject({
      "left.train": "number[]",
      "left.first": "number | undefined",
      leftScore: "number",
      openScore: "string | number",
      "outer.deep.doubled": "number",
      "making.piece": "number",
      "folding.sum": "number",
      "shop.price.save": "string",
      "total.log": "number",
      label: "string",
      outPath: "string",
    });
  });

  test("follow type parameters", async () => {
    using types = await typesOf("mistakes.ts");

    expect(types.typesOf().get("first")).toBe("number | undefined");
  });
});

describe("schemas", () => {
  test("say what a graph takes, and which of it it must have", async () => {
    using types = await typesOf("schemas.ts");

    expect(types.inputsSchema()).toEqual({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { kind: { enum: ["elm", null, "oak"] }, levels: { type: "number" } },
      required: ["kind"],
      additionalProperties: false,
    });
  });

  test("have what only savers take", async () => {
    using types = await typesOf("chosen-fan-outs.ts");

    expect(types.inputsSchema()).toMatchObject({
      properties: {
        source: { enum: ["range", "rows"] },
        end: { type: "number" },
        outPath: { type: "string" },
      },
    });
  });

  test("say what a node makes, also where a type holds itself", async () => {
    using types = await typesOf("schemas.ts");

    expect(types.outputSchema("tree")).toEqual({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $ref: "#/$defs/Tree",
      $defs: {
        Tree: {
          type: "object",
          properties: {
            name: { type: "string" },
            kids: { type: "array", items: { $ref: "#/$defs/Tree" }, description: "Those below." },
            size: { type: "number" },
          },
          required: ["name", "kids"],
          additionalProperties: false,
        },
      },
    });
  });

  test("say of what JSON does not have that it is something else", async () => {
    using types = await typesOf("schemas.ts");

    expect(types.outputSchema("report")).toMatchObject({
      properties: {
        at: { type: "string", format: "date-time" },
        pair: {
          prefixItems: [{ type: "string" }, { type: "number" }],
          minItems: 2,
          maxItems: 2,
        },
        weights: { type: "array", items: { type: "number" } },
        byName: { type: "object", additionalProperties: { type: "boolean" } },
        either: { anyOf: [{ type: "string" }, { type: "number" }] },
        isFine: { type: "boolean" },
        nothing: { type: "null" },
        call: { $comment: "() => number" },
        map: { $comment: "Map<string, number>" },
        big: { $comment: "bigint" },
        free: {},
      },
    });
  });

  test("of an unknown node are refused, with the one that was meant", async () => {
    using types = await typesOf("schemas.ts");

    expect(() => types.outputSchema("tre")).toThrow(UnknownTypedNodeError);
    expect(() => types.outputSchema("tre")).toThrow('did you mean "tree"');
  });
});
