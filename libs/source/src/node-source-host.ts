import { readFileSync } from "node:fs";
import { findPackageJSON, isBuiltin } from "node:module";
import { dirname, isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ResolvedImport, SourceHost } from "@weirflow/dataflow";

/** Source from the file system. Each file and each package is read once in the life of the host. */
export class NodeSourceHost implements SourceHost {
  readonly #texts = new Map<string, string>();
  readonly #packages = new Map<string, ResolvedImport>();

  /** The text of a file; empty when it cannot be read: importing it has failed before, and said so. */
  readFile(path: string): string {
    const text = this.#texts.get(path) ?? readOr(path, "");
    this.#texts.set(path, text);
    return text;
  }

  /** Files by their paths, packages by name and version. */
  resolve(specifier: string, fromFile: string): ResolvedImport {
    if (isBuiltin(specifier)) return { kind: "builtin", name: specifier.replace(/^node:/, "") };
    if (specifier.startsWith("file:")) return { kind: "file", path: fileURLToPath(specifier) };
    if (specifier.startsWith(".") || isAbsolute(specifier))
      return { kind: "file", path: resolve(dirname(fromFile), specifier) };
    const key = `${specifier} ${dirname(fromFile)}`;
    const found = this.#packages.get(key) ?? packageOf(specifier, fromFile);
    this.#packages.set(key, found);
    return found;
  }
}

/** A package that is not installed has no version; importing it has failed before. */
function packageOf(specifier: string, fromFile: string): ResolvedImport {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const manifest = manifestPath(specifier, fromFile);
  const text = manifest === undefined ? "{}" : readOr(manifest, "{}");
  const { version = "" } = JSON.parse(text) as { readonly version?: string }; // npm checked it
  return { kind: "package", name, version };
}

function manifestPath(specifier: string, fromFile: string): string | undefined {
  try {
    return findPackageJSON(specifier, pathToFileURL(fromFile));
  } catch {
    return undefined;
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}
