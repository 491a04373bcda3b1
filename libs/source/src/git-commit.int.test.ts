import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { scratchFolder } from "@weirflow/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { gitCommit } from "./git-commit.ts";

const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", [...identity, ...args], { cwd });
  return stdout.trim();
}

async function emptyFolder(): Promise<string> {
  const folder = await scratchFolder("git");
  onTestFinished(async () => await rm(folder, { recursive: true }));
  return folder;
}

describe("gitCommit", () => {
  test("is what git says: on a branch, packed, detached, and in a worktree", async () => {
    const folder = await emptyFolder();
    const main = join(folder, "main");
    const inner = join(main, "deep");
    await mkdir(inner, { recursive: true });
    await git(main, "init", "-q", "-b", "trunk");
    expect(await gitCommit(inner)).toBe(undefined);

    await git(main, "commit", "-q", "--allow-empty", "-m", "one");
    const first = await git(main, "rev-parse", "HEAD");
    expect(await gitCommit(inner)).toBe(first);

    await git(main, "pack-refs", "--all");
    expect(await gitCommit(inner)).toBe(first);

    await git(main, "worktree", "add", "-q", "-b", "side", join(folder, "side"));
    await git(join(folder, "side"), "commit", "-q", "--allow-empty", "-m", "two");
    const second = await git(join(folder, "side"), "rev-parse", "HEAD");
    expect(await gitCommit(join(folder, "side"))).toBe(second);

    await git(main, "checkout", "-q", "--detach", second);
    expect(await gitCommit(main)).toBe(second);
  });

  test("is nothing outside a repository", async () => {
    const folder = await emptyFolder();

    expect(await gitCommit(folder)).toBe(undefined);
  });
});
