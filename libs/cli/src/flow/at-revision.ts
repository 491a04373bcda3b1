import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../errors.ts";

const run = promisify(execFile);

/**
 * Does something with the files of the repository as they were at a revision, in a folder that is gone afterwards.
 *
 * Packages are those that are installed now.
 *
 * @param act - gets the folder that stands for the current one.
 * @throws {@link UsageError} `cli/usage`, outside a repository, and for a revision that is not there.
 */
export async function atRevision<T>(
  revision: string,
  act: (folder: string) => Promise<T>,
): Promise<T> {
  const root = await git(process.cwd(), "rev-parse", "--show-toplevel");
  const commit = await git(
    root,
    "rev-parse",
    "--verify",
    "--end-of-options",
    `${revision}^{commit}`,
  );
  const folder = await mkdtemp(join(tmpdir(), "weir-graph-"));
  const tree = join(folder, "tree");
  try {
    await git(root, "worktree", "add", "--detach", "--quiet", tree, commit);
    await linkPackages(root, tree);
    return await act(join(tree, relative(root, process.cwd())));
  } finally {
    await git(root, "worktree", "remove", "--force", tree).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every folder of packages on the way from the current folder up to the root, linked to the same place. */
async function linkPackages(root: string, tree: string): Promise<void> {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const packages = join(folder, "node_modules");
    const place = join(tree, relative(root, folder));
    if (existsSync(packages) && existsSync(place))
      await symlink(packages, join(place, "node_modules"));
    if (folder === root || folder === dirname(folder)) return;
  }
}

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await run("git", [...args], { cwd })).stdout.trim();
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : "";
    throw new UsageError(
      `git ${args[0] ?? ""} fails: ${said.split("\n")[0] ?? ""}`,
      "name a commit, branch or tag of the repository that you are in",
    );
  }
}
