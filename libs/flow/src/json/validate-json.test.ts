import type { JsonObject } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { InvalidSchemaError } from "../errors.ts";
import { jsonValidator, validateJson } from "./validate-json.ts";

const schema: JsonObject = {
  type: "object",
  properties: {
    rawData: { type: "string", format: "uri" },
    task: { enum: ["binary", "regression"], default: "binary" },
    ids: { type: "array", items: { type: "integer" }, minItems: 1 },
    model: {
      type: "object",
      properties: { rate: { type: "number", default: 0.1 } },
      additionalProperties: false,
    },
  },
  required: ["rawData", "task"],
  additionalProperties: false,
};

describe("validateJson", () => {
  test("fills in defaults, also inside, and leaves the document as it was", () => {
    const given = { rawData: "file:///x.csv", model: {} };

    expect(validateJson(schema, given)).toEqual({
      ok: true,
      value: { rawData: "file:///x.csv", task: "binary", model: { rate: 0.1 } },
    });
    expect(given).toEqual({ rawData: "file:///x.csv", model: {} });
  });

  test("names every problem at once, by its JSON pointer", () => {
    const verdict = validateJson(schema, {
      task: "binar",
      ids: ["a"],
      idz: 1,
      model: { "a/b": 1 },
    });

    expect(verdict).toEqual({
      ok: false,
      problems: [
        { path: "/rawData", message: "is missing" },
        { path: "/idz", message: 'is not known; did you mean "ids"?' },
        { path: "/task", message: 'must be one of "binary", "regression"' },
        { path: "/ids/0", message: "must be integer" },
        { path: "/model/a~1b", message: "is not known" },
      ],
    });
  });

  test("checks formats", () => {
    expect(validateJson(schema, { rawData: "no uri" })).toMatchObject({
      problems: [{ path: "/rawData", message: 'must match format "uri"' }],
    });
  });

  test.each([[undefined], [null], ["text"], [[1]]])("refuses %j, which is no object", (value) => {
    expect(validateJson({}, value)).toEqual({
      ok: false,
      problems: [{ path: "", message: "must be an object" }],
    });
  });

  test("refuses a schema that is none", () => {
    expect(() => jsonValidator({ type: "objekt" })).toThrow(InvalidSchemaError);
  });

  test("takes the schemas that zod writes", () => {
    const params = z.object({
      at: z.iso.datetime(),
      mode: z.enum(["a", "b"]).default("a"),
      one: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("x"), n: z.int() }),
        z.object({ kind: z.literal("y") }),
      ]),
    });
    // the library types its own output more loosely than JSON
    const written = z.toJSONSchema(params, { io: "input" }) as unknown as JsonObject;
    const validate = jsonValidator(written);

    expect(validate({ at: "2026-01-01T00:00:00Z", one: { kind: "x", n: 1 } })).toEqual({
      ok: true,
      value: { at: "2026-01-01T00:00:00Z", one: { kind: "x", n: 1 }, mode: "a" },
    });
    expect(validate({ at: "yesterday", one: { kind: "x", n: 1.5 } }).ok).toBe(false);
  });
});
