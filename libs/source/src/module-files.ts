import { pathToFileURL } from "node:url";
import { reachedFiles } from "./local-imports.ts";

/** The files of function modules, by their namespaces: what `import * as prepare from "./prepare.ts"` gives. */
export type ModuleFiles = ReadonlyMap<object, string>;

/**
 * The namespaces of all files that a loaded file reaches over local imports.
 *
 * They were evaluated with it, so importing them again evaluates nothing and gives the very same objects.
 */
export async function moduleFiles(file: string): Promise<ModuleFiles> {
  const files = new Map<object, string>();
  for (const reached of await reachedFiles(file)) {
    const namespace = await importFile(reached).catch(() => undefined);
    if (namespace !== undefined) files.set(namespace, reached);
  }
  return files;
}

/** The namespace of a file. */
export async function importFile(file: string): Promise<object> {
  return await import(pathToFileURL(file).href);
}
