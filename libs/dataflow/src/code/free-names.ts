import { blockNames, declaratorNames, patternNames, varNames } from "./declared-names.ts";
import {
  childOf,
  hasPlainKey,
  isErased,
  isSyntaxNode,
  isTypeProperty,
  listOf,
  nameOf,
  type SyntaxNode,
} from "./syntax.ts";

/** Stands before the specifier of `import("…")` among the free names; no name can begin like this. */
export const DYNAMIC_IMPORT = "import ";

/**
 * Names that code takes from outside itself, by the rules of scope: parameters, local variables, hoisted functions and
 * names in types do not count; neither do property names.
 */
export function freeNames(node: SyntaxNode): ReadonlySet<string> {
  const finder = new FreeNameFinder();
  finder.visit(node, undefined);
  return finder.free;
}

interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer: Scope | undefined;
}

class FreeNameFinder {
  readonly free = new Set<string>();

  visit(node: SyntaxNode, scope: Scope | undefined): void {
    if (isErased(node)) return;
    switch (node.type) {
      case "Identifier":
      case "JSXIdentifier":
        return this.#use(nameOf(node), scope);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#visitFunction(node, scope);
      case "ImportExpression":
        this.#importDynamically(node);
        return this.#visitParts(node, scope);
      default:
        this.#visitParts(node, within(node, scope));
    }
  }

  #use(name: string, scope: Scope | undefined): void {
    for (let at = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return;
    this.free.add(name);
  }

  #importDynamically(node: SyntaxNode): void {
    const from = childOf(node, "source")?.["value"];
    if (typeof from === "string") this.free.add(`${DYNAMIC_IMPORT}${from}`);
  }

  /** Defaults of parameters see the parameters, and not what the body declares. */
  #visitFunction(node: SyntaxNode, scope: Scope | undefined): void {
    const params = listOf(node, "params");
    const isArrow = node.type === "ArrowFunctionExpression";
    const ownName = node.type === "FunctionExpression" ? patternNames(childOf(node, "id")) : [];
    const outer = open(
      [...params.flatMap(patternNames), ...ownName, ...(isArrow ? [] : ["arguments"])],
      scope,
    );
    for (const param of params) this.visit(param, outer);
    const body = childOf(node, "body");
    if (body === undefined) return;
    this.visit(body, body.type === "BlockStatement" ? open(varNames(body), outer) : outer);
  }

  #visitParts(node: SyntaxNode, scope: Scope | undefined): void {
    for (const [property, value] of Object.entries(node)) {
      if (isTypeProperty(property) || isPlainName(node, property)) continue;
      if (isSyntaxNode(value)) this.visit(value, scope);
      else if (Array.isArray(value))
        for (const part of value) if (isSyntaxNode(part)) this.visit(part, scope);
    }
  }
}

function open(names: readonly string[], outer: Scope | undefined): Scope | undefined {
  return names.length === 0 ? outer : { names: new Set(names), outer };
}

/** The scope inside a node. */
function within(node: SyntaxNode, scope: Scope | undefined): Scope | undefined {
  switch (node.type) {
    case "BlockStatement":
    case "TSModuleBlock":
      return open(blockNames(listOf(node, "body")), scope);
    case "StaticBlock":
      return open([...blockNames(listOf(node, "body")), ...varNames(node)], scope);
    case "SwitchStatement":
      return open(
        blockNames(listOf(node, "cases").flatMap((each) => listOf(each, "consequent"))),
        scope,
      );
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
      return open(loopNames(childOf(node, "init") ?? childOf(node, "left")), scope);
    case "CatchClause":
      return open(patternNames(childOf(node, "param")), scope);
    case "ClassDeclaration":
    case "ClassExpression":
      return open(patternNames(childOf(node, "id")), scope);
    case "TSEnumDeclaration":
      return open(enumNames(node), scope);
    default:
      return scope;
  }
}

function loopNames(head: SyntaxNode | undefined): readonly string[] {
  return head?.type === "VariableDeclaration" ? declaratorNames(head) : [];
}

function enumNames(node: SyntaxNode): readonly string[] {
  const body = childOf(node, "body");
  const members = body === undefined ? listOf(node, "members") : listOf(body, "members");
  return [...patternNames(childOf(node, "id")), ...members.map((m) => nameOf(childOf(m, "id")))];
}

/** Whether a property is a name that refers to nothing: of a member, a key, a label, an attribute. */
function isPlainName(node: SyntaxNode, property: string): boolean {
  switch (node.type) {
    case "MemberExpression":
    case "JSXMemberExpression":
      return property === "property" && hasPlainKey(node);
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
    case "AccessorProperty":
      return property === "key" && hasPlainKey(node);
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return property === "label";
    case "MetaProperty":
      return true;
    case "TSEnumMember":
      return property === "id";
    case "JSXAttribute":
      return property === "name";
    case "JSXOpeningElement":
    case "JSXClosingElement":
      return property === "name" && /^[a-z]/.test(nameOf(childOf(node, "name")));
    default:
      return false;
  }
}
