import { childOf, isErased, isSyntaxNode, listOf, nameOf, type SyntaxNode } from "./syntax.ts";

/** Names that a pattern binds: `a`, `b` and `c` for `{ a, x: [b, c = 1] }`. */
export function patternNames(pattern: SyntaxNode | undefined): readonly string[] {
  switch (pattern?.type) {
    case "Identifier":
      return pattern["name"] === "this" ? [] : [nameOf(pattern)];
    case "ObjectPattern":
      return listOf(pattern, "properties").flatMap((property) =>
        patternNames(childOf(property, "value") ?? childOf(property, "argument")),
      );
    case "ArrayPattern":
      return listOf(pattern, "elements").flatMap(patternNames);
    case "AssignmentPattern":
      return patternNames(childOf(pattern, "left"));
    case "RestElement":
      return patternNames(childOf(pattern, "argument"));
    case "TSParameterProperty":
      return patternNames(childOf(pattern, "parameter"));
    default:
      return [];
  }
}

/** Names that statements bind in their own block: by `let`, `const`, `class`, `function`, `enum`. */
export function blockNames(statements: readonly SyntaxNode[]): readonly string[] {
  return statements.flatMap((statement) => {
    if (isErased(statement)) return [];
    switch (statement.type) {
      case "VariableDeclaration":
        return statement["kind"] === "var" ? [] : declaratorNames(statement);
      case "FunctionDeclaration":
      case "ClassDeclaration":
      case "TSEnumDeclaration":
      case "TSModuleDeclaration":
        return patternNames(childOf(statement, "id"));
      default:
        return [];
    }
  });
}

/** Names that `var` binds anywhere inside a function's body, however deep in blocks. */
export function varNames(body: SyntaxNode): readonly string[] {
  const names: string[] = [];
  const todo: SyntaxNode[] = [body];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (node.type === "VariableDeclaration" && node["kind"] === "var")
      names.push(...declaratorNames(node));
    for (const child of Object.values(node).flat())
      if (isSyntaxNode(child) && !hasOwnVars(child)) todo.push(child);
  }
  return names;
}

/** Names that a declaration of variables binds. */
export function declaratorNames(declaration: SyntaxNode): readonly string[] {
  return listOf(declaration, "declarations").flatMap((declarator) =>
    patternNames(childOf(declarator, "id")),
  );
}

function hasOwnVars({ type }: SyntaxNode): boolean {
  return /Function|^Class|^StaticBlock$|^TSModule/.test(type);
}
