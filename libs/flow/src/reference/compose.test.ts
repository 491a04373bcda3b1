import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NotPlainError } from "../errors.ts";
import { expressionIn, record, text } from "./compose.ts";
import { expressionOf, makeRef } from "./make-ref.ts";
import { plainJson } from "./plain-json.ts";
import type { Ref } from "./ref.ts";

// a parameter of text, as a flow would get it
const name = makeRef({ kind: "param", path: ["name"] }) as Ref<string, "start">;
const score = makeRef({ kind: "output", call: "train", output: "score" }) as Ref<number, "task">;

describe("text", () => {
  test("keeps its parts apart from what stands between them", () => {
    expect(expressionOf(text`in/${name}/${7}`)).toEqual({
      kind: "text",
      parts: ["in/", "/", ""],
      of: [
        { kind: "param", path: ["name"] },
        { kind: "value", value: 7 },
      ],
    });
  });

  test("stands for text itself, so that it may stand in text", () => {
    expect(expressionOf(text`${text`a${name}`}`)).toMatchObject({
      kind: "text",
      of: [{ kind: "text" }],
    });
  });

  test("takes no output of a task", () => {
    // @ts-expect-error the scheduler does not read what tasks make
    expect(expressionOf(text`${score}`)).toBeDefined();
  });
});

describe("record", () => {
  test("holds references, values and records", () => {
    const made = record({ name, deep: record({ score, ids: [1, 2] }) });

    expect(expressionOf(made)).toEqual({
      kind: "record",
      of: {
        name: { kind: "param", path: ["name"] },
        deep: {
          kind: "record",
          of: {
            score: { kind: "output", call: "train", output: "score" },
            ids: { kind: "value", value: [1, 2] },
          },
        },
      },
    });
  });

  test("says where a value cannot be stored", () => {
    expect(() => record({ of: { fn: () => 1 } })).toThrow('"record.of.fn" is a function');
  });
});

describe("expressionIn", () => {
  test("refuses what is absent", () => {
    expect(() => expressionIn(undefined, "call.input")).toThrow(NotPlainError);
  });
});

describe("plainJson", () => {
  test("is the value itself for any JSON", () => {
    // -0 is the one number that JSON does not keep.
    const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, (value) => {
        expect(plainJson(value, "x")).toEqual(value);
      }),
    );
  });

  test("leaves out fields that are undefined, and takes objects without a prototype", () => {
    const bare = Object.assign(Object.create(null) as object, { a: 1, b: undefined });

    expect(plainJson(bare, "x")).toEqual({ a: 1 });
  });

  test.each([
    [Number.NaN, "NaN"],
    [Infinity, "Infinity"],
    [10n, "a bigint"],
    [Symbol("s"), "a symbol"],
    [() => 1, "a function"],
    [new Map(), "a Map"],
    [new Float64Array(1), "a Float64Array"],
  ])("refuses %s wherever it stands", (value, what) => {
    expect(() => plainJson({ list: [{ value }] }, "x")).toThrow(`"x.list[0].value" is ${what}`);
  });

  test("refuses references inside, with the way out", () => {
    const error = (() => {
      try {
        return plainJson([{ name }], "call.input");
      } catch (thrown) {
        return thrown;
      }
    })();

    expect(error).toMatchObject({ hint: "write record({ … }) around it" });
  });
});
