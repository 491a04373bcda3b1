import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { problemAt, type SourceProblem } from "./problem.ts";

/** The flow files that were found, and what could not be looked into. */
export interface FlowFiles {
  /** Absolute, sorted, each once. */
  readonly files: readonly string[];
  readonly problems: readonly SourceProblem[];
}

const FLOW_FILE = /^(?:.+\.)?flow\.[cm]?[jt]s$/;
/** Folders that hold no sources of one's own; named themselves, they are looked into. */
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "dist", "coverage"]);

/**
 * Finds flow files: `flow.ts` and `*.flow.ts` (or `.js`) in folders at any depth, and every file that is named itself.
 *
 * Folders whose name begins with a dot, `node_modules`, `dist` and `coverage` are passed over on the way down.
 */
export async function flowFiles(paths: readonly string[], signal: AbortSignal): Promise<FlowFiles> {
  const files = new Set<string>();
  const problems: SourceProblem[] = [];
  for (const path of paths) {
    signal.throwIfAborted();
    const absolute = resolve(path);
    const kind = await kindOf(absolute);
    if (kind === "file") files.add(absolute);
    else if (kind === "folder") for (const file of await filesIn(absolute)) files.add(file);
    else problems.push(missing(absolute));
  }
  return { files: [...files].sort(), problems };
}

async function kindOf(path: string): Promise<"file" | "folder" | "missing"> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return "missing";
  return found.isDirectory() ? "folder" : "file";
}

async function filesIn(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith(".") && !SKIPPED.has(entry.name)) folders.push(path);
      } else if (isFlowFile(path)) found.push(path);
    }
  return found;
}

/** Whether a file is looked into for flows because of its name. */
export function isFlowFile(path: string): boolean {
  const name = basename(path);
  return FLOW_FILE.test(name) && !/\.d\.[cm]?ts$/.test(name);
}

function missing(path: string): SourceProblem {
  return problemAt(
    { file: path },
    {
      code: "source/not-found",
      reason: "there is no such file or folder",
      fix: "look at the path",
    },
  );
}
