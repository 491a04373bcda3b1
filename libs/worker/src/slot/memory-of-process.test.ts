import { describe, expect, test } from "vitest";
import { heldBytes, memoryOfProcess } from "./memory-of-process.ts";

const status = `Name:	node
VmRSS:	  124528 kB
RssAnon:	   69280 kB
RssFile:	   55248 kB
RssShmem:	      20 kB
VmData:	 1197728 kB
`;

describe("memoryOfProcess", () => {
  test("counts what is the process's own or shared, not the pages of files", () => {
    expect(heldBytes(status)).toBe(69_300 * 1_024);
  });

  test("knows nothing of a process that has ended but was not reaped", () => {
    expect(heldBytes("Name:	node\nState:	Z (zombie)\n")).toBeUndefined();
  });

  test("sees what this process takes", async () => {
    const before = (await memoryOfProcess(process.pid)) ?? 0;
    const taken = new Float64Array(8_000_000).fill(1);
    const after = (await memoryOfProcess(process.pid)) ?? 0;

    expect(taken[7_999_999]).toBe(1);
    expect(before).toBeGreaterThan(10_000_000);
    expect(after - before).toBeGreaterThan(32_000_000);
  });

  test("knows nothing of a process that is not there", async () => {
    expect(await memoryOfProcess(2 ** 22 + 1)).toBeUndefined();
    expect(await memoryOfProcess(undefined)).toBeUndefined();
  });
});
