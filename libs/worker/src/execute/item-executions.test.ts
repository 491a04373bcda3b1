import { type NodeExecution, nodeExecutionSchema } from "@weirflow/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ItemExecution, ItemExecutions } from "./item-executions.ts";

function execution(made: Partial<NodeExecution> = {}): NodeExecution {
  return { node: "price", state: "succeeded", startUs: 10, durationUs: 5, ...made };
}

function together(items: readonly ItemExecution[], isSkipping = false): NodeExecution {
  const all = new ItemExecutions(isSkipping);
  for (const item of items) all.add(item);
  return all.executionOf("price");
}

function statesOf(...states: readonly NodeExecution["state"][]): readonly ItemExecution[] {
  return states.map((state, i) => ({ execution: execution({ state }), items: [i] }));
}

describe("ItemExecutions", () => {
  test("last from the first start to the last end, and tell of how many items they are", () => {
    const made = together([
      { execution: execution({ startUs: 30, durationUs: 5, facts: { path: "b" } }), items: [1] },
      { execution: execution({ startUs: 10, durationUs: 40, facts: { path: "a" } }), items: [0] },
    ]);

    expect(made).toMatchObject({
      node: "price",
      state: "succeeded",
      startUs: 10,
      durationUs: 40,
      facts: { path: "a", items: 2 },
    });
    expect(nodeExecutionSchema.parse(made)).toEqual(made);
  });

  test("are as bad as the worst of them", () => {
    expect(together(statesOf("cached", "cached")).state).toBe("cached");
    expect(together(statesOf("cached", "succeeded")).state).toBe("succeeded");
    expect(together(statesOf("succeeded", "skipped")).state).toBe("skipped");
    expect(together(statesOf("skipped", "cancelled", "succeeded")).state).toBe("cancelled");
    expect(together(statesOf("cancelled", "failed", "succeeded")).state).toBe("failed");
  });

  test("forgive items that are left out, unless none remains", () => {
    expect(together(statesOf("failed", "succeeded", "skipped"), true)).toMatchObject({
      state: "succeeded",
      facts: { items: 3, failedItems: 1 },
    });
    expect(together(statesOf("failed", "failed"), true).state).toBe("failed");
    expect(together(statesOf("failed", "cancelled", "succeeded"), true).state).toBe("cancelled");
  });

  test("tell the failure of the first item that failed, whichever failed first", () => {
    const failing = (at: number): ItemExecution => ({
      execution: execution({
        state: "failed",
        error: { code: "app/torn", message: `torn at ${at}`, disposition: "fail" },
      }),
      items: [at],
    });

    const made = together([...statesOf("succeeded"), failing(2), failing(1)]);

    expect(made.error?.message).toBe("torn at 1");
    expect(made).not.toHaveProperty("valueHash");
  });

  test("have hashes of what was made of which item, in whatever order it was made", () => {
    const items = fc.uniqueArray(fc.tuple(fc.nat(3), fc.nat(3)), {
      minLength: 1,
      selector: ([outer, inner]) => `${outer}.${inner}`,
    });
    const hashOf = (value: number): string => value.toString(16).padStart(64, "0");
    const executionsOf = (
      indices: readonly (readonly [number, number])[],
      values: readonly number[],
    ): readonly ItemExecution[] =>
      indices.map((index, i) => ({
        execution: execution({
          valueHash: hashOf(values[i] ?? 0),
          cacheKey: hashOf(7 * (values[i] ?? 0)),
        }),
        items: index,
      }));
    fc.assert(
      fc.property(
        items,
        fc.array(fc.nat(5), { minLength: 16, maxLength: 16 }),
        fc.array(fc.nat(5), { minLength: 16, maxLength: 16 }),
        (indices, values, others) => {
          const made = together(executionsOf(indices, values));
          const changed = together(executionsOf(indices, others));
          const isSame = indices.every((_, i) => values[i] === others[i]);

          expect(together(executionsOf(indices, values).toReversed())).toEqual(made);
          expect(made.valueHash === changed.valueHash).toBe(isSame);
          expect(made.cacheKey === changed.cacheKey).toBe(isSame);
          expect(made.valueHash).toMatch(/^[0-9a-f]{64}$/u);
        },
      ),
    );
  });
});
