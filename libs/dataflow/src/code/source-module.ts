import { parseSync, type OxcError } from "oxc-parser";
import { SourceSyntaxError } from "../errors.ts";
import { declaratorNames, patternNames } from "./declared-names.ts";
import { childOf, isErased, listOf, nameOf, type SyntaxNode } from "./syntax.ts";

/** A name that a module takes from another. `*` is the whole module, as a namespace. */
export interface ImportedName {
  readonly from: string;
  readonly name: string;
}

/** A name that a module declares at its top level. */
export interface Binding {
  readonly name: string;
  /** The declarations, without those around them: the declarator of a variable, a function, a class. */
  readonly declarations: readonly SyntaxNode[];
  /** The statement of the first declaration, with `export` if it has one. */
  readonly statement: SyntaxNode;
}

/** A comment of a module. */
export interface Comment {
  readonly type: "Line" | "Block";
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** What stands at the top level of a source file. */
export interface SourceModule {
  readonly file: string;
  readonly text: string;
  readonly bindings: ReadonlyMap<string, Binding>;
  /** Imports, by local name. */
  readonly imports: ReadonlyMap<string, ImportedName>;
  /** Exports by name: a local name, or one of another module. */
  readonly exports: ReadonlyMap<string, string | ImportedName>;
  /** Modules whose exports are exported too, by `export *`. */
  readonly stars: readonly string[];
  /** Statements that declare nothing, e.g. `table.set(1, 2)`. */
  readonly effects: readonly SyntaxNode[];
  readonly comments: readonly Comment[];
}

/** The name under which a module keeps its default export. */
const DEFAULT = "*default*";

/**
 * Reads the top level of a source file.
 *
 * @throws {@link SourceSyntaxError} `dag/source-syntax`.
 */
export function parseModule(file: string, text: string): SourceModule {
  const parsed = parseSync(file, text, { astType: "ts", preserveParens: false });
  const [error] = parsed.errors;
  if (error !== undefined) throw syntaxError(file, text, error);
  const reader = new ModuleReader(file, text, parsed.comments);
  // every node of the tree has the shape of SyntaxNode
  for (const statement of parsed.program.body as unknown as readonly SyntaxNode[])
    reader.read(statement);
  return reader;
}

function syntaxError(file: string, text: string, { message, labels }: OxcError): SourceSyntaxError {
  const line = text.slice(0, labels[0]?.start ?? 0).split("\n").length;
  return new SourceSyntaxError(file, line, message);
}

class ModuleReader implements SourceModule {
  readonly file: string;
  readonly text: string;
  readonly comments: readonly Comment[];
  readonly bindings = new Map<string, Binding>();
  readonly imports = new Map<string, ImportedName>();
  readonly exports = new Map<string, string | ImportedName>();
  readonly stars: string[] = [];
  readonly effects: SyntaxNode[] = [];

  constructor(file: string, text: string, comments: readonly Comment[]) {
    this.file = file;
    this.text = text;
    this.comments = comments;
  }

  read(statement: SyntaxNode): void {
    if (isErased(statement) || statement["exportKind"] === "type") return;
    switch (statement.type) {
      case "ImportDeclaration":
        return this.#readImport(statement);
      case "ExportNamedDeclaration":
        return this.#readExport(statement);
      case "ExportDefaultDeclaration":
        return this.#readDefault(statement);
      case "ExportAllDeclaration":
        return this.#readStar(statement);
      default:
        if (this.#declare(statement, statement).length === 0) this.effects.push(statement);
    }
  }

  #readImport(statement: SyntaxNode): void {
    const from = sourceOf(statement);
    for (const specifier of listOf(statement, "specifiers"))
      if (!isErased(specifier))
        this.imports.set(nameOf(childOf(specifier, "local")), {
          from,
          name: importedName(specifier),
        });
  }

  #readExport(statement: SyntaxNode): void {
    const declaration = childOf(statement, "declaration");
    if (declaration !== undefined && !isErased(declaration))
      for (const name of this.#declare(declaration, statement)) this.exports.set(name, name);
    const from = statement["source"] == null ? undefined : sourceOf(statement);
    for (const specifier of listOf(statement, "specifiers")) {
      if (specifier["exportKind"] === "type") continue;
      const name = nameOf(childOf(specifier, "local"));
      const exported = nameOf(childOf(specifier, "exported"));
      this.exports.set(exported, from === undefined ? name : { from, name });
    }
  }

  #readDefault(statement: SyntaxNode): void {
    const declaration = childOf(statement, "declaration");
    if (declaration === undefined || isErased(declaration)) return;
    const name = nameOf(childOf(declaration, "id")) || DEFAULT;
    this.#bind(name, declaration, statement);
    this.exports.set("default", name);
  }

  #readStar(statement: SyntaxNode): void {
    const exported = childOf(statement, "exported");
    const from = sourceOf(statement);
    if (exported === undefined) this.stars.push(from);
    else this.exports.set(nameOf(exported), { from, name: "*" });
  }

  /** @returns the names that a statement declares. */
  #declare(declaration: SyntaxNode, statement: SyntaxNode): readonly string[] {
    switch (declaration.type) {
      case "VariableDeclaration":
        for (const declarator of listOf(declaration, "declarations"))
          for (const name of patternNames(childOf(declarator, "id")))
            this.#bind(name, declarator, statement);
        return declaratorNames(declaration);
      case "FunctionDeclaration":
      case "ClassDeclaration":
      case "TSEnumDeclaration":
      case "TSModuleDeclaration": {
        const name = nameOf(childOf(declaration, "id"));
        this.#bind(name, declaration, statement);
        return [name];
      }
      default:
        return [];
    }
  }

  #bind(name: string, declaration: SyntaxNode, statement: SyntaxNode): void {
    const known = this.bindings.get(name);
    this.bindings.set(name, {
      name,
      statement: known?.statement ?? statement,
      declarations: [...(known?.declarations ?? []), declaration],
    });
  }
}

function sourceOf(statement: SyntaxNode): string {
  return nameOf(childOf(statement, "source"));
}

function importedName(specifier: SyntaxNode): string {
  switch (specifier.type) {
    case "ImportDefaultSpecifier":
      return "default";
    case "ImportNamespaceSpecifier":
      return "*";
    default:
      return nameOf(childOf(specifier, "imported"));
  }
}
