import { describe, expect, test } from "vitest";
import { eventually } from "./eventually.ts";

describe("eventually", () => {
  test("looks until the assertion holds, and returns what it returned", async () => {
    let looks = 0;

    const seen = await eventually(
      () => {
        looks += 1;
        expect(looks).toBe(3);
        return "three";
      },
      { intervalMs: 1 },
    );

    expect(seen).toBe("three");
  });

  test("takes false for not yet", async () => {
    const answers = [false, false, 7] as const;
    let looks = 0;

    expect(await eventually(() => answers[looks++] ?? false, { intervalMs: 1 })).toBe(7);
  });

  test("gives up with the last failure", async () => {
    const never = eventually(() => expect(1).toBe(2), { timeoutMs: 5, intervalMs: 1 });

    await expect(never).rejects.toMatchObject({ code: "testing/eventually-timeout" });
    await expect(never).rejects.toThrow(/expected 1 to be 2/);
  });

  test("stops when its signal is aborted", async () => {
    const never = eventually(() => false, { signal: AbortSignal.abort() });

    await expect(never).rejects.toMatchObject({ code: "lifecycle/cancelled" });
  });
});
