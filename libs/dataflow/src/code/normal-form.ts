import {
  bareExpression,
  isErased,
  isSyntaxNode,
  isTypeProperty,
  type SyntaxNode,
} from "./syntax.ts";

/** Properties that are about the text, or about types. `optional` counts where it means `?.`. */
const silent = new Set([
  "type",
  "start",
  "end",
  "raw",
  "shorthand",
  "directive",
  "accessibility",
  "declare",
  "readonly",
  "override",
  "definite",
  "abstract",
  "importKind",
  "exportKind",
]);

/**
 * Writes what code does, without how it is written: no types, comments, formatting or parentheses.
 *
 * @returns text that two pieces of code share exactly when their syntax trees agree.
 */
export function normalForm(node: SyntaxNode): string {
  const parts: string[] = [];
  print(bareExpression(node), parts);
  return parts.join("");
}

function print(node: SyntaxNode, parts: string[]): void {
  if (node.type === "Literal") return void parts.push(literal(node));
  parts.push("(", node.type);
  for (const [property, value] of Object.entries(node))
    if (!isSilent(node, property)) printValue(value, parts);
  parts.push(")");
}

function printValue(value: unknown, parts: string[]): void {
  if (Array.isArray(value)) return printList(value, parts);
  if (isSyntaxNode(value)) {
    if (!isErased(value)) print(bareExpression(value), parts);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, part] of Object.entries(value)) {
      parts.push(" ", name, ":");
      printValue(part, parts);
    }
  } else parts.push(" ", JSON.stringify(value) ?? "absent");
}

function printList(list: readonly unknown[], parts: string[]): void {
  parts.push("[");
  for (const item of list) {
    if (isSyntaxNode(item) && isErased(item)) continue;
    printValue(item, parts);
    parts.push(";");
  }
  parts.push("]");
}

function isSilent(node: SyntaxNode, property: string): boolean {
  if (property === "optional") return !/^(Member|Call)Expression$/.test(node.type);
  return silent.has(property) || isTypeProperty(property);
}

function literal(node: SyntaxNode): string {
  const { bigint, regex, value } = node;
  if (typeof bigint === "string") return ` ${bigint}n`;
  if (regex !== undefined && regex !== null) return ` regex ${JSON.stringify(regex)}`;
  return ` ${JSON.stringify(value)}`;
}
