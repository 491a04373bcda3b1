import { posix } from "node:path";
import type { ResolvedImport, SourceHost } from "./source-host.ts";

/**
 * A host of files in memory, for tests: relative imports are files, `node:` is the runtime, and every other specifier a
 * package of version `1.0.0` unless told otherwise.
 *
 * @internal
 */
export function memoryHost(
  files: Readonly<Record<string, string>>,
  versions: Readonly<Record<string, string>> = {},
): SourceHost {
  return {
    readFile: (path) => files[path] ?? "",
    resolve: (specifier, fromFile): ResolvedImport => {
      if (specifier.startsWith("."))
        return { kind: "file", path: posix.join(posix.dirname(fromFile), specifier) };
      if (specifier.startsWith("node:")) return { kind: "builtin", name: specifier };
      return { kind: "package", name: specifier, version: versions[specifier] ?? "1.0.0" };
    },
  };
}
