import { type ArrowFunctionExpression, type Function as FunctionNode, parseSync } from "oxc-parser";

/** A function as syntax, and the text that its positions point into. */
export interface FunctionSyntax {
  readonly node: FunctionNode | ArrowFunctionExpression;
  readonly text: string;
}

/** The syntax of a function; `undefined` when its text is not to be had, e.g. of a bound function. */
export function functionSyntax(fn: (...args: never[]) => unknown): FunctionSyntax | undefined {
  const text = Function.prototype.toString.call(fn);
  return parseFunction(`(${text}\n)`) ?? parseFunction(`({${text}\n})`);
}

/** One of two wrappers fits: that of an expression, or that of a method. */
function parseFunction(text: string): FunctionSyntax | undefined {
  const { program, errors } = parseSync("run.js", text, { preserveParens: false });
  const [statement] = program.body;
  if (errors.length > 0 || statement?.type !== "ExpressionStatement") return undefined;
  const { expression } = statement;
  const property = expression.type === "ObjectExpression" ? expression.properties[0] : undefined;
  const node = property?.type === "Property" ? property.value : expression;
  return node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression"
    ? { node, text }
    : undefined;
}

/** The line of a position, from 1. */
export function lineAt({ text }: FunctionSyntax, position: number): number {
  return text.slice(0, position).split("\n").length;
}
