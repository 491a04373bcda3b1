import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseSync } from "oxc-parser";

/** The files that a file reaches over local imports, itself first. Imports of types alone do not count. */
export async function reachedFiles(file: string): Promise<readonly string[]> {
  const reached = new Set([file]);
  for (const next of reached) for (const found of await localImports(next)) reached.add(found);
  return [...reached];
}

/** What a file imports or re-exports from files beside it, absolute. */
async function localImports(file: string): Promise<readonly string[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const { staticImports, staticExports } = parseSync(file, text).module;
  const imported = staticImports
    .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
    .map(({ moduleRequest }) => moduleRequest.value);
  const exported = staticExports
    .flatMap(({ entries }) => entries)
    .filter(({ isType }) => !isType)
    .map(({ moduleRequest }) => moduleRequest?.value);
  return [...imported, ...exported]
    .filter((specifier) => specifier !== undefined)
    .filter((specifier) => /^\.{0,2}\//.test(specifier))
    .map((specifier) => resolve(dirname(file), specifier));
}
