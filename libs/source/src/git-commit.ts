import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/**
 * The commit that is checked out in the repository around a folder, read from `.git` itself.
 *
 * @returns 40 or 64 hex digits; `undefined` outside a repository, or before its first commit. Changes that are not
 *   committed do not show.
 */
export async function gitCommit(folder: string): Promise<string | undefined> {
  const gitDir = await findGitDir(folder);
  if (gitDir === undefined) return undefined;
  const head = (await read(join(gitDir, "HEAD")))?.trim();
  const ref = head?.startsWith("ref: ") === true ? head.slice("ref: ".length) : undefined;
  return hash(ref === undefined ? head : await readRef(gitDir, ref));
}

async function findGitDir(folder: string): Promise<string | undefined> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const git = join(at, ".git");
    const found = await stat(git).catch(() => undefined);
    if (found?.isDirectory() === true) return git;
    if (found !== undefined) return await linkedGitDir(git);
    if (dirname(at) === at) return undefined;
  }
}

/** In a worktree `.git` is a file that says where the folder is. */
async function linkedGitDir(file: string): Promise<string | undefined> {
  const target = /^gitdir: (.+)$/m.exec((await read(file)) ?? "")?.[1];
  return target === undefined ? undefined : resolve(dirname(file), target);
}

/** A branch is a file of its own, or a line among the packed ones; of a worktree, in the main folder. */
async function readRef(gitDir: string, ref: string): Promise<string | undefined> {
  const common = (await read(join(gitDir, "commondir")))?.trim();
  for (const dir of [gitDir, ...(common === undefined ? [] : [resolve(gitDir, common)])]) {
    const loose = await read(join(dir, ref));
    if (loose !== undefined) return loose.trim();
    const packed = (await read(join(dir, "packed-refs"))) ?? "";
    const line = packed.split("\n").find((entry) => entry.endsWith(` ${ref}`));
    if (line !== undefined) return line.slice(0, line.indexOf(" "));
  }
  return undefined;
}

async function read(file: string): Promise<string | undefined> {
  return await readFile(file, "utf8").catch(() => undefined);
}

function hash(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text) ? text : undefined;
}
