import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";

/** A place in a file; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The place of an offset in a file; `undefined` when the file cannot be read. */
export function placeAt(file: string, offset: number): Place | undefined {
  try {
    return { file, ...lineAndColumn(readFileSync(file, "utf8"), offset) };
  } catch {
    return undefined; // a file of the compiler's own, e.g. of its library
  }
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/u);
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** Whether a file is one of `files`, or one that they may be made of: none of a package, nor of the modifiers. */
export function ownFiles(files: readonly string[]): (file: string) => boolean {
  const known = new Set(files);
  const require = createRequire(import.meta.url);
  const modifiers = dirname(require.resolve("@weirflow/dataflow/package.json")) + sep;
  const isForeign = (file: string): boolean =>
    file.startsWith(modifiers) || file.split(/[/\\]/u).includes("node_modules");
  return (file) => known.has(file) || !isForeign(file);
}
