import { SourceGraph } from "./source-graph.ts";
import type { SourceHost } from "./source-host.ts";
import type { Comment, SourceModule } from "./source-module.ts";
import type { SyntaxNode } from "./syntax.ts";

/** Where a node is written. */
export interface NodeSource {
  /** The file that declares it, by absolute path; another one than the function module where that re-exports it. */
  readonly file: string;
  /** First line of the declaration, from 1. */
  readonly line: number;
  /** Its first column, from 1. */
  readonly column: number;
  readonly endLine: number;
  /** The comment above it, without its tags. */
  readonly description?: string;
  /** The text of the declaration, without the comment. */
  readonly source: string;
}

/** What to locate. */
export interface NodeLocationOptions {
  /** Files, by absolute path. */
  readonly entries: readonly string[];
  readonly host: SourceHost;
}

/** Places by file and exported name. */
export type NodeLocations = ReadonlyMap<string, ReadonlyMap<string, NodeSource>>;

/**
 * Where every export of some files is declared; exports of packages are left out.
 *
 * @throws {@link SourceSyntaxError} `dag/source-syntax`.
 * @example
 * nodeLocations({ entries: [file], host }).get(file)?.get("ageMean")?.line;
 */
export function nodeLocations({ entries, host }: NodeLocationOptions): NodeLocations {
  const sources = new SourceGraph(host);
  return new Map(entries.map((file) => [file, locateExports(sources, file)]));
}

function locateExports(sources: SourceGraph, file: string): ReadonlyMap<string, NodeSource> {
  const module = sources.module(file);
  const located = new Map<string, NodeSource>();
  for (const name of sources.exportNames(module)) {
    const target = sources.resolveExport(module, name);
    if (target?.kind !== "binding") continue;
    const statement = target.module.bindings.get(target.name)?.statement;
    if (statement !== undefined) located.set(name, locate(target.module, statement));
  }
  return located;
}

function locate(module: SourceModule, { start, end }: SyntaxNode): NodeSource {
  const { file, text } = module;
  const description = descriptionAbove(module, start);
  return {
    file,
    line: lineAt(text, start),
    column: start - text.lastIndexOf("\n", start - 1),
    endLine: lineAt(text, end),
    source: text.slice(start, end),
    ...(description === undefined ? {} : { description }),
  };
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1))
    line++;
  return line;
}

function descriptionAbove({ comments, text }: SourceModule, start: number): string | undefined {
  const above = comments.findLast((comment) => comment.end <= start);
  if (above === undefined || !isDocumentation(above)) return undefined;
  if (text.slice(above.end, start).trim() !== "") return undefined;
  return summaryOf(above.value) || undefined;
}

function isDocumentation({ type, value }: Comment): boolean {
  return type === "Block" && value.startsWith("*");
}

/** The text before the first tag; each paragraph on one line. */
function summaryOf(comment: string): string {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*+\s?/, "").trim());
  const firstTag = lines.findIndex((line) => /^@\w/.test(line));
  return lines
    .slice(0, firstTag === -1 ? undefined : firstTag)
    .join("\n")
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replaceAll("\n", " "))
    .join("\n\n")
    .replaceAll(/\{@link\s+([^}|]+?)\s*(?:\|[^}]*)?\}/g, "$1");
}
