import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, describe, expect } from "vitest";
import { readState, writeState } from "./state-file.ts";

// oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures from the pattern
const test = base.extend("path", async ({}, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), "weirflow-test-state-"));
  onCleanup(() => rmSync(folder, { recursive: true }));
  return join(folder, "state.json");
});

describe("readState", () => {
  test("gives back what was written, and nothing else stays in the folder", async ({ path }) => {
    await writeState(path, { pid: 1, port: 2 });
    await writeState(path, { pid: 3, port: 4 });

    expect(await readState(path)).toEqual({ pid: 3, port: 4 });
    expect(readdirSync(join(path, ".."))).toEqual(["state.json"]);
  });

  test("is absent without a file", async ({ path }) => {
    expect(await readState(path)).toBeUndefined();
  });

  test.for(["", "{", "null", "[]", '{"pid":"1","port":2}', '{"pid":1}'])(
    "is absent for a file that holds %j",
    async (text, { path }) => {
      writeFileSync(path, text);

      expect(await readState(path)).toBeUndefined();
    },
  );
});
