import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Lasting, SlowestNodes, worthSpans } from "./worth-spans.ts";

const nodes = (count: number, state: string): Lasting[] =>
  Array.from({ length: count }, (_, durationUs) => ({ state, durationUs }));

const lasting = fc.record({
  state: fc.constantFrom("succeeded", "cached", "failed", "skipped"),
  durationUs: fc.nat(),
});

describe("worthSpans", () => {
  test("takes all of up to 200 executions, in order, and none that was skipped", () => {
    const ran = [...nodes(150, "succeeded"), ...nodes(50, "cached")];

    expect(worthSpans([...ran, ...nodes(500, "skipped")])).toEqual(ran);
  });

  test("takes the 200 slowest of more", () => {
    const taken = worthSpans(nodes(1_000, "succeeded"));

    expect(taken).toHaveLength(200);
    expect(Math.min(...taken.map((node) => node.durationUs))).toBe(800);
  });

  test("takes as many as it is told", () => {
    expect(worthSpans(nodes(5, "failed"), 2)).toEqual([
      { state: "failed", durationUs: 4 },
      { state: "failed", durationUs: 3 },
    ]);
    expect(worthSpans(nodes(5, "failed"), 0)).toEqual([]);
  });
});

describe("SlowestNodes", () => {
  test("keeps what worthSpans takes of all, and counts the rest", () => {
    fc.assert(
      fc.property(fc.array(lasting, { maxLength: 60 }), fc.nat(12), (all, max) => {
        const slowest = new SlowestNodes(max);
        for (const node of all) slowest.add(node);

        const durations = (some: readonly Lasting[]) =>
          some.map(({ durationUs }) => durationUs).sort((a, b) => a - b);
        expect(durations(slowest.nodes)).toEqual(durations(worthSpans(all, max)));
        const ran = all.filter(({ state }) => state !== "skipped").length;
        expect(slowest.leftOut).toBe(Math.max(0, ran - max));
      }),
    );
  });
});
