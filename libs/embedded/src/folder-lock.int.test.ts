import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, describe, expect } from "vitest";
import { withLock } from "./folder-lock.ts";

const signal = new AbortController().signal;
// oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures from the pattern
const test = base.extend("folder", async ({}, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), "weirflow-test-lock-"));
  onCleanup(async () => await rm(folder, { recursive: true }));
  return folder;
});

describe("withLock", () => {
  test("lets one in at a time", async ({ folder }) => {
    let inside = 0;
    let most = 0;
    const enter = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await readdir(folder);
      inside -= 1;
    };

    await Promise.all(
      Array.from({ length: 8 }, async () => await withLock(join(folder, "l"), { signal }, enter)),
    );

    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test("takes over the lock of a process that died", async ({ folder }) => {
    const { pid } = spawnSync("true");
    await writeFile(join(folder, "l"), String(pid));

    expect(
      await withLock(join(folder, "l"), { signal }, async () => await Promise.resolve(5)),
    ).toBe(5);
    expect(await readdir(folder)).toEqual([]);
  });

  test("gives up on a living holder, and says which", async ({ folder }) => {
    await writeFile(join(folder, "l"), String(process.pid));

    const refused = withLock(join(folder, "l"), { signal, timeoutMs: 1 }, async () => undefined);

    await expect(refused).rejects.toMatchObject({ code: "embedded/folder-locked" });
    await expect(refused).rejects.toThrow(String(process.pid));
  });

  test("is released when the work fails", async ({ folder }) => {
    const failing = withLock(join(folder, "l"), { signal }, async () => {
      throw new TypeError("no");
    });

    await expect(failing).rejects.toThrow(TypeError);
    expect(await readdir(folder)).toEqual([]);
  });

  test("stops waiting when its signal is aborted", async ({ folder }) => {
    await writeFile(join(folder, "l"), String(process.pid));

    const waiting = withLock(
      join(folder, "l"),
      { signal: AbortSignal.abort() },
      async () => undefined,
    );

    await expect(waiting).rejects.toMatchObject({ code: "lifecycle/cancelled" });
  });
});
