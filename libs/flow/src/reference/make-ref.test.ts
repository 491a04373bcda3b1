import { describe, expect, test } from "vitest";
import * as z from "zod";
import { expressionOf, makeDoc, makeRef, nameOf } from "./make-ref.ts";

const schema = z.object({
  name: z.string(),
  model: z.object({ rate: z.number(), map: z.string() }).optional(),
  labels: z.record(z.string(), z.object({ text: z.string() })),
  either: z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
  both: z.intersection(z.object({ x: z.string() }), z.object({ y: z.string() })),
  later: z.lazy(() => z.object({ deep: z.string() }).default({ deep: "" })),
  locked: z.object({ key: z.string() }).readonly().nullable(),
});
type Doc = { readonly [key: string]: Doc };
// its fields are references, told by their expressions
const doc = makeDoc({ kind: "param", path: [] }, schema) as Doc;

function pathOf(value: unknown): readonly string[] | undefined {
  const expression = expressionOf(value);
  return expression?.kind === "param" ? expression.path : undefined;
}

describe("makeDoc", () => {
  test("gives a reference for each field of the schema, however it is wrapped", () => {
    expect(pathOf(doc)).toEqual([]);
    expect(pathOf(doc["model"]?.["rate"])).toEqual(["model", "rate"]);
    expect(pathOf(doc["labels"]?.["any one"]?.["text"])).toEqual(["labels", "any one", "text"]);
    expect(pathOf(doc["either"]?.["b"])).toEqual(["either", "b"]);
    expect(pathOf(doc["both"]?.["y"])).toEqual(["both", "y"]);
    expect(pathOf(doc["later"]?.["deep"])).toEqual(["later", "deep"]);
    expect(pathOf(doc["locked"]?.["key"])).toEqual(["locked", "key"]);
  });

  test("gives the same reference each time, and a field that is called like a method", () => {
    expect(doc["model"]).toBe(doc["model"]);
    expect(pathOf(doc["model"]?.["map"])).toEqual(["model", "map"]);
  });

  test("says what there is instead of a field that there is not", () => {
    expect(() => doc["nam"]).toThrow('"params" has no field "nam"; did you mean "name"?');
    expect(() => doc["model"]?.["constructor"]).toThrow(
      '"params.model" has no field "constructor"',
    );
  });

  test("can be spread into its fields", () => {
    const { name, labels, ...rest } = doc;

    expect(pathOf(name)).toEqual(["name"]);
    expect(pathOf(labels)).toEqual(["labels"]);
    expect(Object.keys(rest)).toEqual(["model", "either", "both", "later", "locked"]);
  });
});

describe("makeRef", () => {
  const output = makeRef({ kind: "output", call: "train", output: "score" });

  test("tells what it stands for, and nothing else does", () => {
    expect(expressionOf(output)).toEqual({ kind: "output", call: "train", output: "score" });
    for (const other of [undefined, null, "x", {}, []]) expect(expressionOf(other)).toBe(undefined);
  });

  test("has no fields, and says how to get one", () => {
    // as JavaScript would
    expect(() => (output as Doc)["mean"]).toThrow(
      '"train.score" is a reference, not a value: the flow is built before any run, so it cannot be asked for ".mean"',
    );
    expect(() => ({ ...output })).toThrow("cannot be spread");
  });
});

describe("nameOf", () => {
  test("is what the author wrote, as near as can be", () => {
    expect([
      nameOf({ kind: "param", path: ["a", "b"] }),
      nameOf({ kind: "config", config: "training", path: ["seed"] }),
      nameOf({ kind: "event", path: ["data"] }),
      nameOf({ kind: "output", call: "c", output: "o" }),
      nameOf({ kind: "text", parts: [], of: [] }),
    ]).toEqual(["params.a.b", "config.training.seed", "event.data", "c.o", "text(…)"]);
  });
});
