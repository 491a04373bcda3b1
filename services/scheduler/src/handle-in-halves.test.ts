import { WeirError } from "@weirflow/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { handleInHalves } from "./handle-in-halves.ts";

class DatabaseAwayError extends WeirError {
  override readonly code = "test/away";
  override readonly disposition = "retry";
}

const onCulprit = (_error: unknown, item: number) => `no ${item}`;
/** Refuses a batch that holds one of the poisonous items, as a statement would. */
const refusing = (poison: ReadonlySet<number>) => async (items: readonly number[]) => {
  await Promise.resolve();
  if (items.some((item) => poison.has(item))) throw new TypeError("invalid input");
  return items.map((item) => `yes ${item}`);
};

describe("handleInHalves", () => {
  test("handles a good batch at once", async () => {
    let batches = 0;
    const handle = async (items: readonly number[]) => {
      batches += 1;
      return await refusing(new Set())(items);
    };

    expect(await handleInHalves([1, 2, 3], { handle, onCulprit })).toEqual([
      "yes 1",
      "yes 2",
      "yes 3",
    ]);
    expect(batches).toBe(1);
  });

  test("answers every item in order, whichever are poisonous", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer(), { maxLength: 40 }),
        fc.func(fc.boolean()),
        async (items, isPoison) => {
          const poison = new Set(items.filter((item) => isPoison(item)));

          const answers = await handleInHalves(items, { handle: refusing(poison), onCulprit });

          expect(answers).toEqual(
            items.map((item) => (poison.has(item) ? `no ${item}` : `yes ${item}`)),
          );
        },
      ),
    );
  });

  test("finds one culprit among many in few batches", async () => {
    let batches = 0;
    const items = Array.from({ length: 64 }, (_, i) => i);
    const handle = async (part: readonly number[]) => {
      batches += 1;
      return await refusing(new Set([41]))(part);
    };

    await handleInHalves(items, { handle, onCulprit });

    expect(batches).toBe(13);
  });

  test("answers nobody when the database is away", async () => {
    const handled = handleInHalves([1, 2], {
      handle: async () => await Promise.reject(new DatabaseAwayError("no database")),
      onCulprit,
    });

    await expect(handled).rejects.toMatchObject({ code: "test/away" });
  });

  test("has nothing to do for an empty batch", async () => {
    const handle = async () => await Promise.reject(new Error("not called"));

    expect(await handleInHalves([], { handle, onCulprit })).toEqual([]);
  });
});
