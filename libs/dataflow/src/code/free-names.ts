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
  return open(namesWithin[node.type]?.(node) ?? [], scope);
}

type NamesOf = (node: SyntaxNode) => readonly string[];

const blockBody: NamesOf = (node) => blockNames(listOf(node, "body"));
const loopHead: NamesOf = (node) => loopNames(childOf(node, "init") ?? childOf(node, "left"));
const ownName: NamesOf = (node) => patternNames(childOf(node, "id"));

/** What the kinds of nodes that open a scope bind in it; functions apart. */
const namesWithin: Readonly<Record<string, NamesOf>> = {
  BlockStatement: blockBody,
  TSModuleBlock: blockBody,
  StaticBlock: (node) => [...blockBody(node), ...varNames(node)],
  SwitchStatement: (node) =>
    blockNames(listOf(node, "cases").flatMap((each) => listOf(each, "consequent"))),
  ForStatement: loopHead,
  ForInStatement: loopHead,
  ForOfStatement: loopHead,
  CatchClause: (node) => patternNames(childOf(node, "param")),
  ClassDeclaration: ownName,
  ClassExpression: ownName,
  TSEnumDeclaration: (node) => [...ownName(node), ...enumMembers(node)],
};

function loopNames(head: SyntaxNode | undefined): readonly string[] {
  return head?.type === "VariableDeclaration" ? declaratorNames(head) : [];
}

function enumMembers(node: SyntaxNode): readonly string[] {
  const body = childOf(node, "body") ?? node;
  return listOf(body, "members").map((member) => nameOf(childOf(member, "id")));
}

/** Properties that are a name which refers to nothing: of a member, a key, a label, an attribute. */
const plainNames: Readonly<Record<string, string>> = {
  MemberExpression: "property",
  JSXMemberExpression: "property",
  Property: "key",
  MethodDefinition: "key",
  PropertyDefinition: "key",
  AccessorProperty: "key",
  LabeledStatement: "label",
  BreakStatement: "label",
  ContinueStatement: "label",
  TSEnumMember: "id",
  JSXAttribute: "name",
};

function isPlainName(node: SyntaxNode, property: string): boolean {
  if (node.type === "MetaProperty") return true;
  if (plainNames[node.type] === property) return hasPlainKey(node);
  return property === "name" && isElement(node);
}

/** `<div>` is an element, `<Chart>` a reference. */
function isElement(node: SyntaxNode): boolean {
  return (
    /^JSX(Opening|Closing)Element$/.test(node.type) && /^[a-z]/.test(nameOf(childOf(node, "name")))
  );
}
