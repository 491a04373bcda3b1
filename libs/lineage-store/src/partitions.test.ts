import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayPartition, weekOf, weekPartitions } from "./partitions.ts";

const idAt = (ms: number): string => {
  const hex = ms.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-0123456789ab`;
};
const monday = Date.UTC(2026, 2, 2);

describe("weekOf", () => {
  test("is the Monday before, in UTC", () => {
    expect(weekOf(idAt(Date.UTC(2026, 2, 4, 12)))).toBe(monday);
    expect(weekOf(idAt(monday))).toBe(monday);
    expect(weekOf(idAt(monday - 1))).toBe(Date.UTC(2026, 1, 23));
  });

  test("leaves ids from outside 2020 to 2099 to the default partition", () => {
    expect(weekOf(idAt(Date.UTC(2019, 11, 31)))).toBeUndefined();
    expect(weekOf(idAt(Date.UTC(2100, 0, 1)))).toBeUndefined();
    expect(weekOf("ffffffff-ffff-4fff-8fff-ffffffffffff")).toBeUndefined();
  });

  test("always gives a partition that holds the id", () => {
    const instants = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2100, 0, 1) - 1 });
    fc.assert(
      fc.property(instants, (ms) => {
        const [partition] = weekPartitions(weekOf(idAt(ms)) ?? 0);
        expect((partition?.from ?? "") <= idAt(ms) && idAt(ms) < (partition?.to ?? "")).toBe(true);
      }),
    );
  });
});

test("weekPartitions are named after their Monday", () => {
  expect(weekPartitions(monday).map(({ table, suffix }) => `${table}_${suffix}`)).toEqual([
    "node_exec_20260302",
    "node_note_20260302",
    "run_link_20260302",
  ]);
});

test("dayPartition holds one day in UTC", () => {
  expect(dayPartition(Date.UTC(2026, 2, 4, 23, 59))).toEqual({
    table: "log_line",
    suffix: "20260304",
    from: "2026-03-04T00:00:00.000Z",
    to: "2026-03-05T00:00:00.000Z",
  });
});
