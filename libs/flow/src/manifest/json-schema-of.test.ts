import { describe, expect, test } from "vitest";
import * as z from "zod";
import { UnsupportedSchemaError } from "../errors.ts";
import { validateJson } from "../json/validate-json.ts";
import { jsonSchemaOf } from "./json-schema-of.ts";

function problemsOf(schema: z.ZodObject): readonly (readonly [string, string])[] {
  try {
    jsonSchemaOf(schema, "it", "closed");
    return [];
  } catch (error) {
    if (!(error instanceof UnsupportedSchemaError)) throw error;
    return error.problems.map(({ path, reason }) => [path, reason.split(/[;,]/)[0] ?? ""]);
  }
}

describe("jsonSchemaOf", () => {
  test("says what is taken, with defaults, descriptions and limits", () => {
    const schema = z.object({
      file: z.string().describe("A table."),
      rows: z.int().min(1).default(20),
      tags: z.array(z.string()).optional(),
    });

    expect(jsonSchemaOf(schema, "it", "closed")).toMatchObject({
      type: "object",
      properties: {
        file: { type: "string", description: "A table." },
        rows: { type: "integer", minimum: 1, default: 20 },
        tags: { type: "array", items: { type: "string" } },
      },
      required: ["file"],
      additionalProperties: false,
    });
  });

  test("closes inner objects too, but not those that say what more they take", () => {
    const schema = z.object({
      closed: z.object({ a: z.string() }),
      loose: z.looseObject({ a: z.string() }),
      caught: z.object({}).catchall(z.number()),
      map: z.record(z.string(), z.number()),
    });
    const written = jsonSchemaOf(schema, "it", "closed");
    const given = { closed: { a: "x" }, loose: { a: "x", b: 1 }, caught: { c: 1 }, map: { d: 1 } };

    expect(validateJson(written, given).ok).toBe(true);
    expect(validateJson(written, { ...given, closed: { a: "x", b: 1 } })).toMatchObject({
      problems: [{ path: "/closed/b" }],
    });
    expect(validateJson(written, { ...given, caught: { c: "x" } }).ok).toBe(false);
  });

  test("lets more through where it is open", () => {
    const open = jsonSchemaOf(z.object({ a: z.string() }), "it", "open");

    expect(validateJson(open, { a: "x", b: 1 }).ok).toBe(true);
  });

  test("is plain JSON, without the library's own parts", () => {
    const written = jsonSchemaOf(z.object({ a: z.string() }), "it", "closed");

    expect(structuredClone(written)).toEqual(written);
    expect(Object.getOwnPropertyNames(written).filter((name) => name.startsWith("~"))).toEqual([]);
  });

  test.each([
    ["a date", z.date(), "is a date"],
    ["a bigint", z.bigint(), "is a bigint"],
    ["a map", z.map(z.string(), z.string()), "is a map"],
    ["a class", z.instanceof(URL), "is a custom"],
    ["a transform", z.string().transform(Number), "is transformed"],
    ["a preprocessed one", z.preprocess(String, z.string()), "is transformed"],
    ["text as a boolean", z.stringbool(), "is transformed"],
    ["trimmed text", z.string().trim(), "is changed while it is checked"],
    ["a refined one", z.string().refine((text) => text !== ""), "has a refinement"],
  ])("refuses %s", (_, schema, reason) => {
    expect(problemsOf(z.object({ field: schema }))).toEqual([["field", reason]]);
  });

  test("refuses all of them at once, wherever they stand", () => {
    const schema = z.object({
      list: z.array(z.object({ at: z.date() })),
      maybe: z.object({ text: z.string().trim() }).optional(),
    });

    expect(problemsOf(schema).map(([path]) => path)).toEqual(["list.[].at", "maybe.text"]);
  });

  test.each([
    ["enums", z.enum(["a", "b"])],
    ["unions", z.union([z.string(), z.number()])],
    ["literals", z.literal(7)],
    ["formats", z.iso.datetime()],
    ["a pipe that only checks twice", z.string().pipe(z.string().min(2))],
    ["tuples", z.tuple([z.string(), z.number()])],
  ])("takes %s", (_, schema) => {
    expect(problemsOf(z.object({ field: schema }))).toEqual([]);
  });
});
