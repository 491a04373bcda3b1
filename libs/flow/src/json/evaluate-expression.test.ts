import type { Expression } from "@weirflow/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateExpression, needsOf, resolveInput, type Scope } from "./evaluate-expression.ts";

const scope: Scope = {
  params: { rawData: "x.csv", model: { rate: 0.5 }, ids: [4, 7] },
  configs: { training: { seed: 3 } },
  event: { data: { path: "y.csv" } },
  outputs: { prepare: { rows: 12 } },
};

describe("evaluateExpression", () => {
  test.each([
    [{ kind: "value", value: [1, null] }, [1, null]],
    [{ kind: "param", path: [] }, scope.params],
    [{ kind: "param", path: ["model", "rate"] }, 0.5],
    [{ kind: "param", path: ["ids", "1"] }, 7],
    [{ kind: "config", config: "training", path: ["seed"] }, 3],
    [{ kind: "event", path: ["data", "path"] }, "y.csv"],
    [{ kind: "output", call: "prepare", output: "rows" }, 12],
  ] satisfies readonly (readonly [Expression, unknown])[])("reads %j", (expression, value) => {
    expect(evaluateExpression(expression, scope)).toEqual(value);
  });

  test.each([
    [{ kind: "param", path: ["modell"] }],
    [{ kind: "param", path: ["rawData", "length"] }],
    [{ kind: "param", path: ["constructor", "name"] }],
    [{ kind: "config", config: "toString", path: [] }],
    [{ kind: "output", call: "prepare", output: "valueOf" }],
  ] satisfies readonly (readonly [Expression])[])("finds nothing at %j", (expression) => {
    expect(evaluateExpression(expression, scope)).toBe(undefined);
  });

  test("puts values into text; objects as JSON, absent ones as nothing", () => {
    const expression: Expression = {
      kind: "text",
      parts: ["in/", "-", "/", "."],
      of: [
        { kind: "param", path: ["rawData"] },
        { kind: "config", config: "training", path: [] },
        { kind: "param", path: ["absent"] },
      ],
    };

    expect(evaluateExpression(expression, scope)).toBe('in/x.csv-{"seed":3}/.');
  });

  test("leaves absent fields out of a record", () => {
    const of: Record<string, Expression> = {
      rate: { kind: "param", path: ["model", "rate"] },
      no: { kind: "param", path: ["no"] },
    };

    expect(evaluateExpression({ kind: "record", of }, scope)).toEqual({ rate: 0.5 });
  });

  test("gives back any JSON that stands in it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        // fast-check's own type of JSON is `unknown`
        const value = json as never;
        expect(evaluateExpression({ kind: "value", value }, {})).toBe(value);
      }),
    );
  });
});

describe("resolveInput", () => {
  const made = {
    ref: {
      kind: "inline",
      valueHash: "h",
      codec: "devalue",
      sizeBytes: 2,
      encoding: "utf8",
      data: "12",
    },
    from: { taskRunId: "t", attempt: 1, output: "rows" },
  } as const;
  const outputOf = (call: string): typeof made | undefined =>
    call === "prepare" ? made : undefined;
  const rows: Expression = { kind: "output", call: "prepare", output: "rows" };
  const lost: Expression = { kind: "output", call: "other", output: "rows" };

  test("passes on what a task made by reference", () => {
    expect(resolveInput(rows, scope, outputOf)).toEqual({ kind: "value", ...made });
    expect(resolveInput(lost, scope, outputOf)).toBe(undefined);
  });

  test("keeps references inside a record, and leaves out what is absent", () => {
    const of: Record<string, Expression> = {
      rows,
      lost,
      path: { kind: "param", path: ["rawData"] },
    };

    expect(resolveInput({ kind: "record", of }, scope, outputOf)).toEqual({
      kind: "record",
      of: { rows: { kind: "value", ...made }, path: { kind: "json", value: "x.csv" } },
    });
  });

  test("is JSON for all else, also for a record without references", () => {
    const of: Record<string, Expression> = { path: { kind: "param", path: ["rawData"] } };

    expect(resolveInput({ kind: "record", of }, scope, outputOf)).toEqual({
      kind: "json",
      value: { path: "x.csv" },
    });
    expect(resolveInput({ kind: "param", path: ["no"] }, scope, outputOf)).toBe(undefined);
  });
});

describe("needsOf", () => {
  test("names each call once, however deep", () => {
    const inner: Expression = { kind: "output", call: "a", output: "x" };
    const other: Expression = { kind: "output", call: "b", output: "y" };
    const of: Record<string, Expression> = {
      one: { kind: "record", of: { inner, other } },
      two: inner,
      three: { kind: "text", parts: ["", ""], of: [other] },
    };

    expect(needsOf({ kind: "record", of })).toEqual(["a", "b"]);
    expect(needsOf({ kind: "value", value: 1 })).toEqual([]);
  });
});
