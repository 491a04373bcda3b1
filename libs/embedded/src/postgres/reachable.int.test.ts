import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, describe, expect } from "vitest";
import { copyToShelter, isReachable, shelterFor } from "./reachable.ts";

const isRoot = process.getuid?.() === 0;
// oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures from the pattern
const test = base.extend("folder", async ({}, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), "weirflow-test-reach-"));
  onCleanup(() => rmSync(folder, { recursive: true }));
  return folder;
});

describe("isReachable", () => {
  test("is true where every folder above lets anybody pass", async ({ folder }) => {
    chmodSync(folder, 0o711);

    expect(await isReachable(join(folder, "file"))).toBe(true);
  });

  test("is false behind one closed folder", async ({ folder }) => {
    chmodSync(folder, 0o750);
    mkdirSync(join(folder, "open"), { mode: 0o755 });

    expect(await isReachable(join(folder, "open/file"))).toBe(false);
  });
});

describe.runIf(isRoot)("shelterFor", () => {
  test("is one place per folder, that anybody can reach", async () => {
    const place = await shelterFor("/root/weirflow");

    expect(await shelterFor("/root/weirflow")).toBe(place);
    expect(await shelterFor("/root/other")).not.toBe(place);
    expect(await isReachable(place)).toBe(true);
  });
});

describe.runIf(isRoot)("copyToShelter", () => {
  test("copies a version once", async ({ folder }) => {
    writeFileSync(join(folder, "program"), "one");
    const copy = await copyToShelter(folder, "1.0.0");
    writeFileSync(join(folder, "program"), "two");

    const again = await copyToShelter(folder, "1.0.0");
    const next = await copyToShelter(folder, "1.0.1");

    expect(again).toBe(copy);
    expect(readFileSync(join(copy, "program"), "utf8")).toBe("one");
    expect(readFileSync(join(next, "program"), "utf8")).toBe("two");
    for (const made of [copy, next]) rmSync(made, { recursive: true });
  });
});
