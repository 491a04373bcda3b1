import type { Expression, Node } from "oxc-parser";
import type { FlowProblem } from "../flow/problem.ts";
import { type FunctionSyntax, functionSyntax, lineAt } from "./function-syntax.ts";
import { Scope } from "./scope.ts";

/**
 * The places where the `run` of a flow branches on, compares or loops over a reference.
 *
 * Whether a value is true cannot be trapped, so the text of `run` is read. What it cannot see, e.g. inside a function
 * that `run` calls, stays unfound.
 *
 * @param outputs - names of the outputs that the tasks of the flow make.
 */
export function controlFlowProblems(
  run: (...args: never[]) => unknown,
  outputs: ReadonlySet<string>,
): readonly FlowProblem[] {
  const syntax = functionSyntax(run);
  if (syntax === undefined) return [];
  const reader = new Reader(syntax);
  const scope = new Scope(outputs);
  for (const parameter of syntax.node.params)
    if (parameter.type !== "RestElement" && parameter.type !== "TSParameterProperty")
      scope.declare(parameter, "reference");
  if (syntax.node.body !== null) reader.read(syntax.node.body, scope);
  return reader.problems;
}

/** Walks the syntax of a function with the names that it declares. */
class Reader {
  readonly problems: FlowProblem[] = [];
  readonly #syntax: FunctionSyntax;
  /** Positions that were told already: a test inside a test is one. */
  readonly #told = new Set<number>();

  constructor(syntax: FunctionSyntax) {
    this.#syntax = syntax;
  }

  read(node: Node, scope: Scope): void {
    this.#refuseStatement(node, scope);
    this.#refuseExpression(node, scope);
    const inner = opensScope(node) ? scope.inner() : scope;
    declareIn(node, inner);
    for (const child of childrenOf(node)) this.read(child, inner);
  }

  #refuseStatement(node: Node, scope: Scope): void {
    switch (node.type) {
      case "IfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        return this.#test(node.test, scope, "it branches on", choice);
      case "ForStatement":
        if (node.test !== null) this.#test(node.test, scope, "it branches on", choice);
        return;
      case "SwitchStatement":
        return this.#direct(node.discriminant, scope, "it switches on", choice);
      case "ForOfStatement":
      case "ForInStatement":
        return this.#direct(node.right, scope, "it loops over", whole);
      default:
    }
  }

  #refuseExpression(node: Node, scope: Scope): void {
    switch (node.type) {
      case "ConditionalExpression":
        return this.#test(node.test, scope, "it branches on", choice);
      case "LogicalExpression":
        return this.#test(node.left, scope, "it tests", fallback);
      case "UnaryExpression":
        if (node.operator === "!" || node.operator === "typeof")
          this.#direct(node.argument, scope, "it tests", choice);
        return;
      case "BinaryExpression":
        if (node.left.type !== "PrivateIdentifier")
          this.#direct(node.left, scope, "it compares", choice);
        return this.#direct(node.right, scope, "it compares", choice);
      default:
    }
  }

  /** A test, through `!`, `&&`, `||` and `Boolean(…)`. */
  #test(node: Expression, scope: Scope, what: string, fix: string): void {
    if (node.type === "LogicalExpression") {
      this.#test(node.left, scope, what, fix);
      this.#test(node.right, scope, what, fix);
    } else if (node.type === "UnaryExpression" && node.operator === "!")
      this.#test(node.argument, scope, what, fix);
    else if (node.type === "CallExpression" && isBoolean(node.callee)) {
      const [argument] = node.arguments;
      if (argument !== undefined && argument.type !== "SpreadElement")
        this.#test(argument, scope, what, fix);
    } else this.#direct(node, scope, what, fix);
  }

  #direct(node: Expression, scope: Scope, what: string, fix: string): void {
    if (!scope.isReference(node) || this.#told.has(node.start)) return;
    this.#told.add(node.start);
    const name = this.#syntax.text.slice(node.start, node.end);
    this.problems.push({
      code: "flow/control-flow",
      message: `${what} "${name}", a reference: its value is not known when the flow is built`,
      fix,
      line: lineAt(this.#syntax, node.start),
    });
  }
}

const choice = "let a graph choose with choose(…), or decide inside a node";
const fallback = "give the parameter a default in its schema, or decide inside a node";
const whole = "pass the list whole, and go through it inside a node";

function isBoolean(callee: Expression): boolean {
  return callee.type === "Identifier" && callee.name === "Boolean";
}

function opensScope({ type }: Node): boolean {
  return (
    type === "BlockStatement" ||
    type === "ForStatement" ||
    type === "ForOfStatement" ||
    type === "ForInStatement" ||
    type === "ArrowFunctionExpression" ||
    type === "FunctionExpression" ||
    type === "FunctionDeclaration"
  );
}

/** What a node declares: variables take what they are given; parameters of inner functions are not references. */
function declareIn(node: Node, scope: Scope): void {
  switch (node.type) {
    case "VariableDeclarator":
      return scope.assign(node.id, node.init);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "FunctionDeclaration":
      for (const parameter of node.params)
        if (parameter.type !== "RestElement" && parameter.type !== "TSParameterProperty")
          scope.declare(parameter, "plain");
      return;
    default:
  }
}

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flatMap((part: unknown) =>
    (Array.isArray(part) ? part : [part]).filter(isNode),
  );
}

function isNode(part: unknown): part is Node {
  return typeof part === "object" && part !== null && "type" in part && "start" in part;
}
