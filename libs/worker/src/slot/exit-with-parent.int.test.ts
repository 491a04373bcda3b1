import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@weirflow/testing";
import { describe, expect, test } from "vitest";

const fixtures = join(import.meta.dirname, "../fixtures");

describe("exitWithParent", () => {
  test("ends a child that computes for ever when its worker is killed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "weirflow-lonely-"));
    const file = join(folder, "begun");
    const parent = spawn(
      process.execPath,
      [
        "--conditions=@weirflow/source",
        join(fixtures, "lonely-worker.ts"),
        join(fixtures, "flows"),
        file,
      ],
      { stdio: "ignore" },
    );
    await eventually(() => existsSync(file) && readFileSync(file, "utf8") !== "");
    const child = Number(readFileSync(file, "utf8"));
    expect(isAlive(child)).toBe(true);

    parent.kill("SIGKILL");

    await eventually(() => expect(isAlive(child)).toBe(false));
    await rm(folder, { recursive: true });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8")); // ended, though nobody has reaped it
  } catch {
    return false;
  }
}
