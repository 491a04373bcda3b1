import { createHash } from "node:crypto";
import { DYNAMIC_IMPORT } from "./free-names.ts";
import type { SourceHost } from "./source-host.ts";
import { type ImportedName, parseModule, type SourceModule } from "./source-module.ts";

/** What a name stands for, once imports are followed. */
export type Target =
  | { readonly kind: "binding"; readonly module: SourceModule; readonly name: string }
  | { readonly kind: "namespace"; readonly module: SourceModule }
  /** Code that is not read: of a package, of the runtime, or a file of another kind. */
  | { readonly kind: "outside"; readonly label: string };

const sourceFile = /\.[cm]?[jt]sx?$/;

/** Source files and the names that they take from each other; each file is read once. */
export class SourceGraph {
  readonly #host: SourceHost;
  readonly #modules = new Map<string, SourceModule>();

  constructor(host: SourceHost) {
    this.#host = host;
  }

  /** @throws SourceSyntaxError `dag/source-syntax`. */
  module(file: string): SourceModule {
    const module = this.#modules.get(file) ?? parseModule(file, this.#host.readFile(file));
    this.#modules.set(file, module);
    return module;
  }

  /** What a name means inside a module; `undefined` for a global. */
  resolveLocal(module: SourceModule, name: string): Target | undefined {
    if (name.startsWith(DYNAMIC_IMPORT))
      return this.#target(module, { from: name.slice(DYNAMIC_IMPORT.length), name: "*" });
    const imported = module.imports.get(name);
    if (imported !== undefined) return this.#resolveImport(module, imported);
    return module.bindings.has(name) ? { kind: "binding", module, name } : undefined;
  }

  /** What a module exports under a name; `undefined` for nothing. */
  resolveExport(module: SourceModule, name: string): Target | undefined {
    return this.#findExport(module, name, new Set());
  }

  /** Every name that a module exports, also by `export *`. */
  exportNames(module: SourceModule): readonly string[] {
    const names = new Set<string>();
    const seen = new Set<SourceModule>();
    const todo = [module];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const name of next.exports.keys())
        if (next === module || name !== "default") names.add(name);
      for (const star of next.stars) {
        const target = this.#target(next, { from: star, name: "*" });
        if (target.kind === "namespace") todo.push(target.module);
      }
    }
    return [...names].sort();
  }

  #findExport(module: SourceModule, name: string, seen: Set<SourceModule>): Target | undefined {
    if (seen.has(module)) return undefined;
    seen.add(module);
    const exported = module.exports.get(name);
    if (typeof exported === "string") return this.resolveLocal(module, exported);
    if (exported !== undefined) return this.#resolveImport(module, exported, seen);
    return this.#findInStars(module, name, seen);
  }

  /** A package whose exports are passed on may make any name that no file makes. */
  #findInStars(module: SourceModule, name: string, seen: Set<SourceModule>): Target | undefined {
    let outside: Target | undefined;
    for (const from of module.stars) {
      const target = this.#target(module, { from, name: "*" });
      if (target.kind === "outside") outside ??= this.#target(module, { from, name });
      if (target.kind !== "namespace") continue;
      const found = this.#findExport(target.module, name, seen);
      if (found !== undefined) return found;
    }
    return outside;
  }

  #resolveImport(
    module: SourceModule,
    imported: ImportedName,
    seen: Set<SourceModule> = new Set(),
  ): Target | undefined {
    const target = this.#target(module, imported);
    if (target.kind !== "namespace" || imported.name === "*") return target;
    return this.#findExport(target.module, imported.name, seen);
  }

  #target({ file }: SourceModule, { from, name }: ImportedName): Target {
    const resolved = this.#host.resolve(from, file);
    switch (resolved.kind) {
      case "package":
        return outside(`${resolved.name}@${resolved.version}`, from, name);
      case "builtin":
        return outside("builtin", resolved.name, name);
      default: {
        const { path } = resolved;
        if (sourceFile.test(path)) return { kind: "namespace", module: this.module(path) };
        const hash = createHash("sha256").update(this.#host.readFile(path)).digest("hex");
        return outside("file", hash, name);
      }
    }
  }
}

function outside(...facts: readonly string[]): Target {
  return { kind: "outside", label: JSON.stringify(facts) };
}
