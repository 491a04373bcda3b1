/** A node of a syntax tree, for code that treats all kinds alike. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** Whether a property of a syntax node is a node itself. */
export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** A property that is a node; `undefined` for none. */
export function childOf(node: SyntaxNode, property: string): SyntaxNode | undefined {
  const child = node[property];
  return isSyntaxNode(child) ? child : undefined;
}

/** A property that is a list, its nodes. */
export function listOf(node: SyntaxNode, property: string): readonly SyntaxNode[] {
  const list = node[property];
  return Array.isArray(list) ? list.filter(isSyntaxNode) : [];
}

/** The name of an identifier, or the text of a literal; empty for anything else. */
export function nameOf(node: SyntaxNode | undefined): string {
  const name = node?.["name"] ?? node?.["value"];
  return typeof name === "string" ? name : "";
}

/** Properties that say nothing about what code does. */
const typeProperties = new Set([
  "typeAnnotation",
  "returnType",
  "typeParameters",
  "typeArguments",
  "superTypeArguments",
  "implements",
]);

/** Whether a property holds types alone. */
export function isTypeProperty(property: string): boolean {
  return typeProperties.has(property);
}

/** Expressions that are another expression with a type beside it. */
const typedExpressions = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSInstantiationExpression",
  "TSTypeAssertion",
  "ParenthesizedExpression",
]);

/** What an expression is once types and parentheses are gone. */
export function bareExpression(node: SyntaxNode): SyntaxNode {
  let bare = node;
  while (typedExpressions.has(bare.type)) {
    const inner = childOf(bare, "expression");
    if (inner === undefined) break;
    bare = inner;
  }
  return bare;
}

/** Syntax of TypeScript that is there when the program runs. */
const runtimeTypescript = new Set([
  "TSEnumDeclaration",
  "TSEnumBody",
  "TSEnumMember",
  "TSModuleDeclaration",
  "TSModuleBlock",
  "TSParameterProperty",
]);

/** Whether nothing of a node is left when the program runs. */
export function isErased(node: SyntaxNode): boolean {
  if (node["declare"] === true || node["importKind"] === "type") return true;
  if (node.type === "Identifier") return node["name"] === "this"; // the type of `this`, as a parameter
  if (node.type === "MethodDefinition")
    return childOf(node, "value")?.type === "TSEmptyBodyFunctionExpression";
  return (
    node.type.startsWith("TS") &&
    !typedExpressions.has(node.type) &&
    !runtimeTypescript.has(node.type)
  );
}

/** Whether a key or property is a name as it stands, rather than an expression. */
export function hasPlainKey(node: SyntaxNode): boolean {
  return node["computed"] !== true;
}
