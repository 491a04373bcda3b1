import { createHash } from "node:crypto";
import { freeNames } from "./free-names.ts";
import { normalForm } from "./normal-form.ts";
import { SourceGraph, type Target } from "./source-graph.ts";
import type { SourceHost } from "./source-host.ts";
import type { SourceModule } from "./source-module.ts";
import type { SyntaxNode } from "./syntax.ts";

/** What to compute versions of. */
export interface CodeVersionOptions {
  /** Files, by absolute path. */
  readonly entries: readonly string[];
  readonly host: SourceHost;
}

/** Code versions by file and exported name. */
export type CodeVersions = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * The code version of every export of some files: a hash of what it does and of all that it reaches.
 *
 * It changes when the syntax tree of the declaration changes, or that of any top-level declaration it refers to, across
 * local imports, or the version of a package it imports from. Types, comments, formatting, and the names and places of
 * files do not count. Statements at the top level count for the names that they mention.
 *
 * @throws {@link SourceSyntaxError} `dag/source-syntax`.
 * @example
 * codeVersions({ entries: [file], host }).get(file)?.get("ageMean"); // 64 hexadecimal digits
 */
export function codeVersions({ entries, host }: CodeVersionOptions): CodeVersions {
  const versions = new VersionWriter(new SourceGraph(host));
  return new Map(entries.map((file) => [file, versions.ofFile(file)]));
}

/** What a target says by itself, and the names that it refers to. */
interface OwnCode {
  readonly hash: string;
  readonly references: readonly (readonly [name: string, target: Target])[];
}

class VersionWriter {
  readonly #sources: SourceGraph;
  readonly #own = new Map<string, OwnCode>();
  readonly #effects = new Map<SourceModule, readonly Effect[]>();

  constructor(sources: SourceGraph) {
    this.#sources = sources;
  }

  ofFile(file: string): ReadonlyMap<string, string> {
    const module = this.#sources.module(file);
    const versions = new Map<string, string>();
    for (const name of this.#sources.exportNames(module)) {
      const target = this.#sources.resolveExport(module, name);
      if (target !== undefined) versions.set(name, this.#versionOf(target));
    }
    return versions;
  }

  /**
   * Numbers all that is reached, breadth first, and hashes each with the numbers that its names stand for: no file name
   * counts, and cycles need no special care.
   */
  #versionOf(root: Target): string {
    const numbers = new Map([[keyOf(root), 0]]);
    const todo = [root];
    const hash = createHash("sha256");
    for (const target of todo) {
      const own = this.#ownCode(target);
      hash.update(own.hash);
      for (const [name, reference] of own.references) {
        const key = keyOf(reference);
        const number = numbers.get(key) ?? numbers.size;
        if (!numbers.has(key)) {
          numbers.set(key, number);
          todo.push(reference);
        }
        hash.update(`${name}=${number};`);
      }
    }
    return hash.digest("hex");
  }

  #ownCode(target: Target): OwnCode {
    const key = keyOf(target);
    const own = this.#own.get(key) ?? this.#read(target);
    this.#own.set(key, own);
    return own;
  }

  #read(target: Target): OwnCode {
    switch (target.kind) {
      case "outside":
        return { hash: sha256(target.label), references: [] };
      case "namespace": {
        const names = this.#sources.exportNames(target.module);
        const references = names.map((name) =>
          named(name, this.#sources.resolveExport(target.module, name)),
        );
        return { hash: sha256("namespace"), references: references.flat() };
      }
      default:
        return this.#readBinding(target.module, target.name);
    }
  }

  #readBinding(module: SourceModule, name: string): OwnCode {
    const declarations = module.bindings.get(name)?.declarations ?? [];
    const effects = this.#effectsOf(module).filter((effect) => effect.names.has(name));
    const code = [...declarations, ...effects.map((effect) => effect.statement)];
    const names = new Set(code.flatMap((node) => [...freeNames(node)]));
    const references = [...names]
      .sort()
      .map((reference) => named(reference, this.#sources.resolveLocal(module, reference)));
    return { hash: sha256(code.map(normalForm).join("\n")), references: references.flat() };
  }

  #effectsOf(module: SourceModule): readonly Effect[] {
    const effects =
      this.#effects.get(module) ??
      module.effects.map((statement) => ({ statement, names: freeNames(statement) }));
    this.#effects.set(module, effects);
    return effects;
  }
}

interface Effect {
  readonly statement: SyntaxNode;
  readonly names: ReadonlySet<string>;
}

function named(
  name: string,
  target: Target | undefined,
): readonly (readonly [name: string, target: Target])[] {
  return target === undefined ? [] : [[name, target]];
}

function keyOf(target: Target): string {
  switch (target.kind) {
    case "outside":
      return `outside ${target.label}`;
    case "namespace":
      return `namespace ${target.module.file}`;
    default:
      return `binding ${target.name} ${target.module.file}`;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
